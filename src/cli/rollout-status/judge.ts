import { gatherByName } from '../../analyze/gather.ts'
import { Reader } from '../../analyze/reader.ts'
import type { Context } from '../../classify/context.ts'
import { rolloutStatusPolicy } from '../../classify/policies/rollout-status.ts'
import { judgeWorkload, type WorkloadObjects } from '../../classify/workloads/index.ts'
import type { LabelSelector, Meta, Seconds } from '../../model/meta.ts'
import type { ClusterView, ObjectIndex, ResourceName } from '../../model/view.ts'
import type { StatusKind, StatusOptions } from './options.ts'
import type { Failure, Outcome } from './outcome.ts'
import { conditionOf, failureOf, quoted, stuck } from './words.ts'

/**
 * Looks at everything that matches: all Deployments, then StatefulSets, then Jobs, each in the order of their names. The
 * first that failed decides.
 */
export function judgeAll(
  view: ClusterView,
  selector: LabelSelector,
  options: StatusOptions,
  now: Seconds,
): Outcome {
  const matching = options.kinds.flatMap((kind) => find(kind, view, selector, options.namespace, now))
  if (matching.length === 0) return notFound(options)
  let awaited: string | null = null
  for (const objects of matching) {
    const outcome = judgeOne(objects, options, now)
    if (outcome.type === 'failure') return outcome
    if (outcome.type === 'progressing') awaited ??= outcome.awaited
  }
  return awaited === null ? { type: 'success' } : { type: 'progressing', awaited }
}

function notFound({ selector, namespace }: StatusOptions): Failure {
  const message = `Selector ${quoted(selector)} did not match any deployments, statefulsets or jobs in namespace ${quoted(namespace)}`
  return { type: 'failure', code: 'not-found', message, crash: null }
}

function judgeOne(objects: WorkloadObjects, options: StatusOptions, now: Seconds): Outcome {
  const own = unsupported(objects) ?? cannotCreate(objects)
  if (own !== null) return own
  const judgement = judgeWorkload(objects, contextOf(objects, options, now))
  const [first] = judgement.findings
  if (judgement.verdict === 'fail' && first !== undefined) return failureOf(first, objects)
  return judgement.verdict === 'pass'
    ? { type: 'success' }
    : { type: 'progressing', awaited: judgement.message }
}

function contextOf({ kind }: WorkloadObjects, options: StatusOptions, now: Seconds): Context {
  return {
    policy: rolloutStatusPolicy(options.limits),
    now,
    scope: {
      since: null,
      container: null,
      quorum: { pods: 1 },
      ignoreSecretNotFound: options.ignoreSecretNotFound && kind === 'job',
      // Only what the controller itself says of its deadline counts.
      progressDeadline: Number.POSITIVE_INFINITY,
    },
    owner: 'controller',
  }
}

const SUPPORTED_STRATEGY = 'RollingUpdate'

/** Unlike the rules, rollout-status refuses any other strategy, also where there is nothing to update. */
function unsupported(objects: WorkloadObjects): Failure | null {
  if (objects.kind !== 'statefulset') return null
  const { strategy } = objects.statefulSet
  // The API server fills it in; what was written without it is a rolling update.
  if (strategy === SUPPORTED_STRATEGY || strategy === '') return null
  const message = `rollout status is only available for ${SUPPORTED_STRATEGY} strategy type`
  return { type: 'failure', code: 'not-supported-strategy', message, crash: null }
}

/** The other reason of Progressing=False: the ReplicaSet itself could not be created. */
function cannotCreate(objects: WorkloadObjects): Failure | null {
  if (objects.kind !== 'deployment') return null
  const { name, conditions, generation, observedGeneration } = objects.deployment
  const progressing = conditionOf(conditions, 'Progressing')
  if (progressing?.status !== 'False' || observedGeneration < generation) return null
  if (progressing.reason === 'ProgressDeadlineExceeded') return null
  return { type: 'failure', code: 'not-progressing', message: stuck(name, progressing), crash: null }
}

const INDEX_OF = {
  deployment: 'deployments',
  statefulset: 'statefulsets',
  job: 'jobs',
} as const satisfies Record<StatusKind, ResourceName>

/** What matches, with what its verdict depends on. The watch says whether that is recent enough (StatusWatch.usable). */
function find(
  kind: StatusKind,
  view: ClusterView,
  selector: LabelSelector,
  namespace: string,
  now: Seconds,
): WorkloadObjects[] {
  return select(view.objects[INDEX_OF[kind]], namespace, selector)
    .map((one) =>
      gatherByName(kind, one.name, new Reader(view, one.namespace, now, Number.POSITIVE_INFINITY)),
    )
    .filter((objects) => objects !== undefined)
}

/** As the API server lists them: by namespace, then by name. */
function select(index: ObjectIndex<Meta>, namespace: string, selector: LabelSelector): Meta[] {
  const namespaces =
    namespace === '' ? [...new Set([...index.all()].map((one) => one.namespace))] : [namespace]
  const found = namespaces.flatMap((one) => [...index.select(one, selector)])
  const key = (one: Meta): string => `${one.namespace}/${one.name}`
  return found.toSorted((left, right) => (key(left) < key(right) ? -1 : 1))
}
