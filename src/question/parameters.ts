import { type Static, type TObject, type TSchema, Type } from 'typebox'
import { describeKinds } from '../kinds/index.ts'
import { DURATION_PATTERN, parseDuration } from '../lib/duration.ts'
import type { Quorum, Scope } from '../rules/context.ts'
import type { RolloutStatusLimits } from '../rules/policies/rollout-status.ts'
import type { RuleWeight } from '../rules/policy.ts'
import type { Rule } from '../rules/rule.ts'

/** Longest name of a Kubernetes object (a DNS subdomain), characters. */
const MAX_NAME = 253
/** Longest kind, characters: a custom one may be asked for by its definition's name, `clonesets.apps.kruise.io`. */
const MAX_KIND = MAX_NAME
/** Longest value of a label, characters. */
export const MAX_LABEL = 63
/** 32 requirements of the longest keys and values would be longer; the URL's limit is below that anyway. */
const MAX_SELECTOR = 16_384

/** Says why a value cannot be read, as the rest of a sentence that begins with the parameter's name. */
export type Refuse = (reason: string) => undefined

/** What a threshold changes of the rules for one question. */
export interface Tuning {
  readonly scope?: Partial<Scope>
  /** What it replaces of a rule's weight under the server's policy; null: nothing. */
  readonly weigh?: (rule: Rule) => Partial<RuleWeight> | null
  /** What it replaces under the policy rollout-status. */
  readonly limits?: Partial<RolloutStatusLimits>
}

/** A row: what a question can be asked with. */
interface Parameter<S extends TSchema> {
  /** What the query, the body and the flag take; the description is that of the API and of the help. */
  readonly schema: S
  /** Whether commands have it as a flag; the others are about serving. */
  readonly isFlag: boolean
}

/** A row of which the value tunes the judgement. */
interface Threshold<S extends TSchema, V> extends Parameter<S> {
  /** Whether a workload may have it as an annotation. */
  readonly isAnnotation: boolean
  /** Reads what the schema has let through; undefined after a refusal. */
  readonly read: (given: Static<S>, refuse: Refuse) => V | undefined
  /** How it is applied to the rules. One that only analyses read tunes nothing. */
  readonly tune: (value: V) => Tuning
}

const parameter = <S extends TSchema>(schema: S): Parameter<S> => ({ schema, isFlag: true })

const serving = <S extends TSchema>(schema: S): Parameter<S> => ({ schema, isFlag: false })

const threshold = <S extends TSchema, V>(
  schema: S,
  read: Threshold<S, V>['read'],
  tune: Threshold<S, V>['tune'],
): Threshold<S, V> => ({ schema, isFlag: true, isAnnotation: true, read, tune })

/** A Go duration, or plain seconds. */
export const Duration = (description: string) =>
  Type.Optional(
    Type.String({
      pattern: DURATION_PATTERN,
      maxLength: 32,
      description: `${description} A Go duration (90s, 5m, 1h30m) or seconds.`,
    }),
  )

const Count = (least: number, description: string) =>
  Type.Optional(Type.Integer({ minimum: least, maximum: 1_000_000, description }))

const Text = (maxLength: number, description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength, description }))

/** Reads a duration to seconds. */
export function readDuration(text: string, refuse: Refuse): number | undefined {
  return parseDuration(text) ?? refuse(`"${text}" is not a duration such as 90s or 5m`)
}

/** More than all pods can never be affected, and of no pods it would always be enough. */
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
 * All that a question can be asked with. The query, the JSON body, the flags with their help, the annotations, the OpenAPI
 * document and their types are made of these rows: a new one needs its row, and whatever reads it.
 */
export const PARAMETERS = {
  namespace: parameter(
    Type.Optional(
      Type.String({
        pattern: '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$',
        description: 'Namespace of the target. May be left out when the server is confined to one.',
      }),
    ),
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
  window: threshold(Duration('Count only crashes of the last so long.'), readDuration, ONLY_ANALYSES),
  since: parameter(
    Text(
      64,
      'Baseline for restarts: an RFC 3339 time, or a duration before now. Default: the start of each pod.',
    ),
  ),
  container: parameter(Text(MAX_LABEL, 'Look only at containers of this name.')),
  quorum: threshold(
    Type.Optional(
      Type.String({
        pattern: '^(any|all|\\d{1,6}|\\d{1,3}%)$',
        description:
          'How many pods must be affected to fail: any, all, N (at least 1) or P% (1% to 100%). Default: more than maxUnavailable allows.',
      }),
    ),
    readQuorum,
    (quorum) => ({ scope: { quorum } }),
  ),
  minPods: threshold(Count(0, 'Pending until so many pods are there.'), asGiven, ONLY_ANALYSES),
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
    Type.Optional(
      Type.Boolean({ description: 'A Secret that does not exist is waited for and never final.' }),
    ),
    asGiven,
    (ignoreSecretNotFound) => ({ scope: { ignoreSecretNotFound } }),
  ),
  policy: parameter(
    Type.Optional(
      Type.Enum(['lynceus', 'rollout-status'], {
        description: 'Which table of rules and thresholds judges. Default: lynceus.',
      }),
    ),
  ),
  onStale: serving(
    Type.Optional(
      Type.Enum(['error', 'unknown'], {
        description:
          'When the cache is stale or not synced: 503, or 200 with verdict unknown. Default: error.',
      }),
    ),
  ),
  detail: serving(
    Type.Optional(
      Type.Enum(['summary', 'full'], {
        description: 'full adds findings and workloads. Default: summary.',
      }),
    ),
  ),
  wait: serving(
    Duration(
      'Hold the answer until the verdict is fail, at most so long (25 s at most), then the present verdict.',
    ),
  ),
}

type Rows = Readonly<Record<string, Pick<Parameter<TSchema>, 'schema'>>>
/** The values of rows as their schemas let them through. */
export type Given<R extends Rows> = Static<TObject<{ [N in keyof R]: R[N]['schema'] }>>

/** The schema of an object with these parameters and no others. */
export function parametersSchema<R extends Rows>(rows: R) {
  const schemas = Object.entries(rows).map(([name, { schema }]) => [name, schema] as const)
  return Type.Unsafe<Given<R>>(Type.Object(Object.fromEntries(schemas), { additionalProperties: false }))
}

/** What the routes under /analyze can be asked. GET takes it as query, POST as a JSON body with the same names. */
export const QuestionSchema = parametersSchema(PARAMETERS)

/** Parameters as the schema lets them through. */
export type Parameters = Given<typeof PARAMETERS>
export type ParameterName = keyof typeof PARAMETERS

/**
 * A flag's or annotation's text as its schema has it. One that is no number or boolean stays a text, and the schema refuses
 * it, as HTTP does.
 */
export function parseText(schema: TSchema, text: string): unknown {
  if (Type.IsInteger(schema)) return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
  if (Type.IsBoolean(schema)) return text === 'true' ? true : text === 'false' ? false : text
  return text
}
