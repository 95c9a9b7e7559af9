import { Type } from 'typebox'
import { describeKinds } from '../kinds/index.ts'
import { Duration, THRESHOLD_SCHEMAS } from './threshold-schemas.ts'

/** Longest name of a Kubernetes object (a DNS subdomain), characters. */
const MAX_NAME = 253
/** Longest value of a label, characters. */
export const MAX_LABEL = 63
/** 32 requirements of the longest keys and values would be longer; the URL's limit is below that anyway. */
const MAX_SELECTOR = 16_384

/** What the routes under /analyze can be asked. GET takes it as query, POST as a JSON body with the same names. */
export const QuestionSchema = Type.Object(
  {
    namespace: Type.Optional(
      Type.String({
        pattern: '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$',
        description: 'Namespace of the target. May be left out when the server is confined to one.',
      }),
    ),
    hash: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: MAX_LABEL,
        description:
          'Pod template hash: rollouts-pod-template-hash, pod-template-hash or controller-revision-hash. May be narrowed by kind and name of the owner.',
      }),
    ),
    selector: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: MAX_SELECTOR,
        description: 'Label selector, equality and set forms, at most 32 requirements.',
      }),
    ),
    kind: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 32,
        description: `${describeKinds([])}; any case, plural and short forms too.`,
      }),
    ),
    name: Type.Optional(
      Type.String({ minLength: 1, maxLength: MAX_NAME, description: 'Name of the object of that kind.' }),
    ),
    limit: THRESHOLD_SCHEMAS.limit,
    window: THRESHOLD_SCHEMAS.window,
    since: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description:
          'Baseline for restarts: an RFC 3339 time, or a duration before now. Default: the start of each pod.',
      }),
    ),
    container: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: MAX_LABEL,
        description: 'Look only at containers of this name.',
      }),
    ),
    quorum: THRESHOLD_SCHEMAS.quorum,
    minPods: THRESHOLD_SCHEMAS.minPods,
    retryLimit: THRESHOLD_SCHEMAS.retryLimit,
    pendingDeadline: THRESHOLD_SCHEMAS.pendingDeadline,
    progressDeadline: THRESHOLD_SCHEMAS.progressDeadline,
    ignoreSecretNotFound: THRESHOLD_SCHEMAS.ignoreSecretNotFound,
    policy: Type.Optional(
      Type.Enum(['lynceus', 'rollout-status'], {
        description: 'Which table of rules and thresholds judges. Default: lynceus.',
      }),
    ),
    onStale: Type.Optional(
      Type.Enum(['error', 'unknown'], {
        description:
          'When the cache is stale or not synced: 503, or 200 with verdict unknown. Default: error.',
      }),
    ),
    detail: Type.Optional(
      Type.Enum(['summary', 'full'], {
        description: 'full adds findings and workloads. Default: summary.',
      }),
    ),
    wait: Duration(
      'Hold the answer until the verdict is fail, at most so long (25 s at most), then the present verdict.',
    ),
  },
  { additionalProperties: false },
)
