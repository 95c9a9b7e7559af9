import { type Static, type TObject, type TSchema, Type } from 'typebox'
import { describeKinds } from '../kinds/index.ts'
import { DURATION_PATTERN, parseDuration } from '../lib/duration.ts'
import type { Quorum, Scope } from '../rules/context.ts'
import type { RolloutStatusLimits } from '../rules/policies/rollout-status.ts'
import type { RuleWeight } from '../rules/policy.ts'
import type { Rule } from '../rules/rule.ts'

/** Maximum length of the name of a Kubernetes object (a DNS subdomain), characters. */
const MAX_NAME = 253
/** Maximum length of a kind, characters: a custom one may be given by its definition's name, `clonesets.apps.kruise.io`. */
const MAX_KIND = MAX_NAME
/** Maximum length of a label's value, characters. */
export const MAX_LABEL = 63
/** Maximum length of a selector, characters: only 32 requirements of maximum length would be longer. */
const MAX_SELECTOR = 16_384

/** Says why a value cannot be read, as the rest of a sentence that begins with the parameter's name. */
export type Refuse = (reason: string) => undefined

/** What a threshold changes of the rules, for one question. */
export interface Tuning {
  readonly scope?: Partial<Scope>
  /** The parts of a rule's weight that it replaces under the server's policy; null: none. */
  readonly weigh?: (rule: Rule) => Partial<RuleWeight> | null
  /** The limits that it replaces under the policy rollout-status. */
  readonly limits?: Partial<RolloutStatusLimits>
}

/**
 * A row for a parameter. `schema`: that of the query, the body and the flag; its description is in the API document and in
 * the help. `isFlag`: whether commands have it as a flag; the others concern the server only.
 */
const parameter = <S extends TSchema>(schema: S, isFlag = true) => ({ schema: Type.Optional(schema), isFlag })

/**
 * A row for a parameter that tunes the rules; a workload may have it as an annotation. `read`: reads a value that the schema
 * accepts; undefined after a refusal. `tune`: how the value changes the rules; one that only analyses read changes none.
 */
const threshold = <S extends TSchema, V>(
  schema: S,
  read: (given: Static<S>, refuse: Refuse) => V | undefined,
  tune: (value: V) => Tuning,
) => ({ ...parameter(schema), read, tune })

/** A Go duration, or plain seconds. */
export const Duration = (description: string) =>
  Type.String({
    pattern: DURATION_PATTERN,
    maxLength: 32,
    description: `${description} A Go duration (90s, 5m, 1h30m) or seconds.`,
  })

const Count = (least: number, description: string) =>
  Type.Integer({ minimum: least, maximum: 1_000_000, description })

/** A text of limited length. */
export const Text = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, description })

/** Reads a duration to seconds. */
export function readDuration(text: string, refuse: Refuse): number | undefined {
  return parseDuration(text) ?? refuse(`"${text}" is not a duration such as 90s or 5m`)
}

/** A quorum of 0 pods would always be reached, and one of more than 100 % never. */
function readQuorum(text: string, refuse: Refuse): Quorum | undefined {
  if (text === 'any') return { pods: 1 }
  if (text === 'all') return { share: 1 }
  const number = Number(text.replace('%', ''))
  const isShare = text.endsWith('%')
  if (number < 1 || (isShare && number > 100))
    return refuse(
      `must be any, all, a number of pods from 1 to 999999, or a percentage from 1% to 100%, not "${text}"`,
    )
  return isShare ? { share: number / 100 } : { pods: number }
}

const asGiven = <V>(value: V): V => value

const ONLY_ANALYSES = (): Tuning => ({})

/**
 * All parameters of a question. These rows generate the query, the JSON body, the flags with their help, the annotations, the
 * OpenAPI document and the types: a new parameter needs its row, and the code that reads it.
 */
export const PARAMETERS = {
  namespace: parameter(
    Type.String({
      pattern: '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$',
      description: 'Namespace of the target. May be left out when the server is confined to one.',
    }),
  ),
  hash: parameter(
    Text(
      MAX_LABEL,
      'Pod template hash: rollouts-pod-template-hash, pod-template-hash or controller-revision-hash. May be narrowed by kind and name of the owner.',
    ),
  ),
  selector: parameter(Text(MAX_SELECTOR, 'Label selector, equality and set forms, at most 32 requirements.')),
  kind: parameter(Text(MAX_KIND, `${describeKinds([])}; any case, plural and short forms too.`)),
  name: parameter(Text(MAX_NAME, 'Name of the object of that kind.')),
  limit: threshold(
    Count(
      1,
      'Crashes at which it fails. /analyze/crashes: 1; elsewhere the rules decide unless it is given.',
    ),
    asGiven,
    ONLY_ANALYSES,
  ),
  window: threshold(Duration('Count only crashes that are no older than this.'), readDuration, ONLY_ANALYSES),
  since: parameter(
    Text(
      64,
      'Baseline for restarts: an RFC 3339 time, or a duration before now. Default: the start of each pod.',
    ),
  ),
  container: parameter(Text(MAX_LABEL, 'Look only at containers of this name.')),
  quorum: threshold(
    Type.String({
      pattern: '^(any|all|\\d{1,6}|\\d{1,3}%)$',
      description:
        'How many pods must be affected to fail: any, all, N (at least 1) or P% (1% to 100%). Default: more than maxUnavailable allows.',
    }),
    readQuorum,
    (quorum) => ({ scope: { quorum } }),
  ),
  minPods: threshold(Count(0, 'Pending until this number of pods exists.'), asGiven, ONLY_ANALYSES),
  retryLimit: threshold(
    Count(0, 'Restarts of a container after which a crash loop is final. Default: 3.'),
    asGiven,
    (retries) => ({
      weigh: ({ counts }) => (counts === 'restarts' ? { times: retries } : null),
      limits: { retries },
    }),
  ),
  pendingDeadline: threshold(
    Duration('How long a pod may be unschedulable. Default: 180s.'),
    readDuration,
    (seconds) => ({
      weigh: ({ id }) => (id === 'unschedulable' ? { seconds, patientSeconds: seconds } : null),
      limits: { pendingSeconds: seconds },
    }),
  ),
  progressDeadline: threshold(
    Duration('How long no progress may be made. Default: progressDeadlineSeconds of the workload.'),
    readDuration,
    (progressDeadline) => ({ scope: { progressDeadline } }),
  ),
  ignoreSecretNotFound: threshold(
    Type.Boolean({ description: 'A Secret that does not exist is waited for and never final.' }),
    asGiven,
    (ignoreSecretNotFound) => ({ scope: { ignoreSecretNotFound } }),
  ),
  policy: parameter(
    Type.Enum(['lynceus', 'rollout-status'], {
      description: 'Which table of rules and thresholds judges. Default: lynceus.',
    }),
  ),
  onStale: parameter(
    Type.Enum(['error', 'unknown'], {
      description: 'When the cache is stale or not synced: 503, or 200 with verdict unknown. Default: error.',
    }),
    false,
  ),
  detail: parameter(
    Type.Enum(['summary', 'full'], { description: 'full adds findings and workloads. Default: summary.' }),
    false,
  ),
  wait: parameter(
    Duration(
      'Hold the answer until the verdict is fail, for at most this time (25 s or less); then the present verdict.',
    ),
    false,
  ),
}

type Rows = Readonly<Record<string, { readonly schema: TSchema }>>
/** The type of the values that the schemas of the rows accept. */
export type Given<R extends Rows> = Static<TObject<{ [N in keyof R]: R[N]['schema'] }>>

/** The schema of an object with these parameters and no others. */
export function parametersSchema<R extends Rows>(rows: R) {
  const schemas = Object.entries(rows).map(([name, { schema }]) => [name, schema] as const)
  return Type.Unsafe<Given<R>>(Type.Object(Object.fromEntries(schemas), { additionalProperties: false }))
}

/** The parameters of the routes under /analyze: GET has them in the query, POST in a JSON body with the same names. */
export const QuestionSchema = parametersSchema(PARAMETERS)

/** Parameters that the schema accepts. */
export type Parameters = Given<typeof PARAMETERS>
export type ParameterName = keyof typeof PARAMETERS

/**
 * Converts the text of a flag or an annotation to the type of its schema. A text that is not such a number or boolean stays
 * a text, so that the schema refuses it with the same message as over HTTP.
 */
export function parseText(schema: TSchema, text: string): unknown {
  if (Type.IsInteger(schema)) return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
  if (Type.IsBoolean(schema)) return text === 'true' ? true : text === 'false' ? false : text
  return text
}
