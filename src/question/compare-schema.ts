import { Type } from 'typebox'
import { MAX_LABEL, QuestionSchema } from './question-schema.ts'

const { namespace, kind, name, window, since, container, minPods, onStale, detail, wait } =
  QuestionSchema.properties

const Hash = (description: string) => Type.String({ minLength: 1, maxLength: MAX_LABEL, description })

/** What /analyze/compare can be asked. GET takes it as query, POST as a JSON body with the same names. */
export const CompareSchema = Type.Object(
  {
    namespace,
    hash: Hash('Pod template hash of the canary. May be narrowed by kind and name of the owner.'),
    stableHash: Hash('Pod template hash of the stable revision.'),
    kind,
    name,
    maxRatio: Type.Optional(
      Type.Number({
        minimum: 1,
        maximum: 1000,
        description:
          'So many times as often as the stable revision, per pod-hour, the canary may crash. Default: 2.',
      }),
    ),
    maxDelta: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1_000_000,
        description: '... and so many crashes beyond that. Default: 1.',
      }),
    ),
    window,
    since,
    container,
    minPods,
    onStale,
    detail,
    wait,
  },
  { additionalProperties: false },
)
