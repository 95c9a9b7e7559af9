import { adviseIn } from '../../../analyze/advice.ts'
import type { LabelSelector, Meta, Seconds } from '../../../model/meta.ts'
import type { ClusterView } from '../../../model/view.ts'
import type { Context } from '../../../rules/context.ts'
import { rolloutStatusPolicy } from '../../../rules/policies/rollout-status.ts'
import { findObjects, type StatusObjects } from './objects.ts'
import type { StatusOptions } from './options.ts'
import type { Failure, Outcome, Waiting } from './outcome.ts'
import { describeStuck, findCondition, listPods, quote, toFailure } from './words.ts'

/** Judges all that matches: Deployments, then StatefulSets, then Jobs, each by name. The first failure decides. */
export function judgeAll(
  view: ClusterView,
  selector: LabelSelector,
  options: StatusOptions,
  now: Seconds,
): Outcome {
  const matching = options.kinds.flatMap((kind) => findObjects(kind, view, selector, options.namespace, now))
  if (matching.length === 0) return notFound(options)
  let waiting: Waiting | null = null
  for (const objects of matching) {
    const outcome = judgeOne(objects, view, options, now)
    if (outcome.type === 'failure') return outcome
    if (outcome.type === 'progressing') waiting ??= outcome
  }
  return waiting ?? { type: 'success' }
}

function notFound({ selector, namespace }: StatusOptions): Failure {
  const message = `Selector ${quote(selector)} did not match any deployments, statefulsets or jobs in namespace ${quote(namespace)}`
  return { type: 'failure', code: 'not-found', message, crash: null }
}

function judgeOne(objects: StatusObjects, view: ClusterView, options: StatusOptions, now: Seconds): Outcome {
  const own = findUnsupported(objects) ?? findCreateFailure(objects)
  if (own !== null) return own
  const { findings, verdict, message } = objects.judge(buildContext(objects, options, now))
  const [first] = findings
  const advise = adviseIn({ namespace: readRecord(objects).namespace, view, pods: () => listPods(objects) })
  if (verdict === 'fail' && first !== undefined)
    return { ...toFailure(first, objects), advice: advise(first) }
  if (verdict === 'pass') return { type: 'success' }
  const isTrouble = first !== undefined && first.class !== 'progressing'
  return { type: 'progressing', awaited: message, ...(isTrouble ? { advice: advise(first) } : {}) }
}

function readRecord(objects: StatusObjects): Meta {
  switch (objects.kind) {
    case 'deployment':
      return objects.deployment
    case 'statefulset':
      return objects.statefulSet
    case 'job':
      return objects.job
  }
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
