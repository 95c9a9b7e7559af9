import type { LabelSelector, Seconds } from '../../../model/meta.ts'
import type { ClusterView } from '../../../model/view.ts'
import type { Context } from '../../../rules/context.ts'
import { rolloutStatusPolicy } from '../../../rules/policies/rollout-status.ts'
import { findObjects, type StatusObjects } from './objects.ts'
import type { StatusOptions } from './options.ts'
import type { Failure, Outcome } from './outcome.ts'
import { describeStuck, findCondition, quote, toFailure } from './words.ts'

/** Judges all that matches: Deployments, then StatefulSets, then Jobs, each by name. The first failure decides. */
export function judgeAll(
  view: ClusterView,
  selector: LabelSelector,
  options: StatusOptions,
  now: Seconds,
): Outcome {
  const matching = options.kinds.flatMap((kind) => findObjects(kind, view, selector, options.namespace, now))
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
  const message = `Selector ${quote(selector)} did not match any deployments, statefulsets or jobs in namespace ${quote(namespace)}`
  return { type: 'failure', code: 'not-found', message, crash: null }
}

function judgeOne(objects: StatusObjects, options: StatusOptions, now: Seconds): Outcome {
  const own = findUnsupported(objects) ?? findCreateFailure(objects)
  if (own !== null) return own
  const { findings, verdict, message } = objects.judge(buildContext(objects, options, now))
  const [first] = findings
  if (verdict === 'fail' && first !== undefined) return toFailure(first, objects)
  return verdict === 'pass' ? { type: 'success' } : { type: 'progressing', awaited: message }
}

function buildContext({ kind }: StatusObjects, options: StatusOptions, now: Seconds): Context {
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
function findUnsupported(objects: StatusObjects): Failure | null {
  if (objects.kind !== 'statefulset') return null
  const { strategy } = objects.statefulSet
  // The API server fills it in; what was written without it is a rolling update.
  if (strategy === SUPPORTED_STRATEGY || strategy === '') return null
  const message = `rollout status is only available for ${SUPPORTED_STRATEGY} strategy type`
  return { type: 'failure', code: 'not-supported-strategy', message, crash: null }
}

/** The other reason of Progressing=False: the ReplicaSet itself could not be created. */
function findCreateFailure(objects: StatusObjects): Failure | null {
  if (objects.kind !== 'deployment') return null
  const { name, conditions, generation, observedGeneration } = objects.deployment
  const progressing = findCondition(conditions, 'Progressing')
  if (progressing?.status !== 'False' || observedGeneration < generation) return null
  if (progressing.reason === 'ProgressDeadlineExceeded') return null
  return { type: 'failure', code: 'not-progressing', message: describeStuck(name, progressing), crash: null }
}
