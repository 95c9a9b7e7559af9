import { Type } from '@fastify/type-provider-typebox'

const Duration = (description: string) =>
  Type.Optional(
    Type.String({
      pattern: '^(\\d+(\\.\\d+)?(ns|us|µs|ms|s|m|h))+$|^\\d+(\\.\\d+)?$',
      maxLength: 32,
      description: `${description} A Go duration (90s, 5m, 1h30m) or seconds.`,
    }),
  )

const Count = (least: number, description: string) =>
  Type.Optional(Type.Integer({ minimum: least, maximum: 1_000_000, description }))

/** Longest name of a Kubernetes object (a DNS subdomain), characters. */
const LONGEST_NAME = 253
/** Longest value of a label, characters. */
const LONGEST_LABEL = 63
/** 32 requirements of the longest keys and values would be longer; the URL's limit is below that anyway. */
const LONGEST_SELECTOR = 16_384

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
        maxLength: LONGEST_LABEL,
        description:
          'Pod template hash: rollouts-pod-template-hash, pod-template-hash or controller-revision-hash. May be narrowed by kind and name of the owner.',
      }),
    ),
    selector: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: LONGEST_SELECTOR,
        description: 'Label selector, equality and set forms, at most 32 requirements.',
      }),
    ),
    kind: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 32,
        description:
          'deployment, statefulset, daemonset, replicaset, job, pod or rollout; any case, plural and short forms too.',
      }),
    ),
    name: Type.Optional(
      Type.String({ minLength: 1, maxLength: LONGEST_NAME, description: 'Name of the object of that kind.' }),
    ),
    limit: Count(
      1,
      'Crashes at which it fails. /analyze/crashes: 1; elsewhere the rules decide unless it is given.',
    ),
    window: Duration('Count only crashes of the last so long.'),
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
        maxLength: LONGEST_LABEL,
        description: 'Look only at containers of this name.',
      }),
    ),
    quorum: Type.Optional(
      Type.String({
        pattern: '^(any|all|\\d{1,6}|\\d{1,3}%)$',
        description:
          'How many pods must be affected to fail: any, all, N or P%. Default: more than maxUnavailable allows.',
      }),
    ),
    minPods: Count(0, 'Pending until so many pods are there.'),
    retryLimit: Count(0, 'Restarts of a container after which a crash loop is final. Default: 3.'),
    pendingDeadline: Duration('How long a pod may be unschedulable. Default: 180s.'),
    progressDeadline: Duration(
      'How long no progress may be made. Default: progressDeadlineSeconds of the workload.',
    ),
    ignoreSecretNotFound: Type.Optional(
      Type.Boolean({ description: 'A Secret that does not exist is waited for and never final.' }),
    ),
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
