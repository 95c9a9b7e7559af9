import type { Condition, Seconds } from '../model/meta.ts'
import type { Pod, PodSpec } from '../model/pod.ts'
import type { PodFacts } from './container-facts.ts'
import type { Context } from './context.ts'
import { findLostNode } from './lost-node.ts'
import type { MatchOf, Rule } from './rule.ts'
import { clock, duration } from './words.ts'

const DEADLINE = {
  id: 'deadline',
  class: 'fatal',
  code: 'not-progressing',
  texts: {
    matches: [
      'Progressing=False: ProgressDeadlineExceeded',
      'no pod created or available within the deadline',
    ],
    exception:
      'Kinds without `progressDeadlineSeconds` have 10 min, or minReadySeconds and 5 min, or the whole patience of the startup probes and 1 min, whichever is longest; StatefulSets for each pod in turn. Time that a ready pod takes to become available, and the grace period of a pod that ends, come on top. Bare pods and Jobs that run have no deadline unless `progressDeadline` asks for one.',
    cause:
      'The rollout made no progress within `progressDeadlineSeconds`, or within the deadline of the policy for kinds that have none. Often its pods never become ready.',
    remedy:
      'The message says what the pods wait for. Pods that start slowly need a longer `progressDeadlineSeconds`.',
  },
  isConsequence: true,
  explainsNothing: true,
} as const satisfies Rule

const GENERATION = {
  id: 'generation',
  class: 'progressing',
  code: null,
  texts: {
    matches: ['observedGeneration below generation'],
    cause: 'The controller has not observed the newest spec: its status describes the one before.',
    remedy: 'Wait. If it lasts, the controller is not running.',
  },
  explainsNothing: true,
} as const satisfies Rule

const INCOMPLETE = {
  id: 'incomplete',
  class: 'progressing',
  code: null,
  texts: {
    matches: [
      'fewer pods updated, ready or available than wanted',
      'old pods that still run',
      'a DaemonSet all of whose nodes do not answer',
    ],
    cause: 'The rollout is in progress.',
    remedy: 'Wait; the message says when it fails. If no node answers, look at the nodes.',
  },
  isConsequence: true,
  explainsNothing: true,
} as const satisfies Rule

const TERMINATING = {
  id: 'terminating',
  class: 'warning',
  code: null,
  texts: {
    matches: [
      'a pod that is still there 30 s after its deletionTimestamp, while the rollout is not complete',
    ],
    cause:
      'The pod hangs in Terminating: its node does not answer, its program does not end, or a finalizer holds it.',
    remedy:
      'Look at the node of the pod and at its finalizers. If the node is gone, delete the pod with `--force`.',
  },
} as const satisfies Rule

const SCALED_TO_ZERO = {
  id: 'scaled-to-zero',
  class: 'progressing',
  code: null,
  texts: {
    matches: [
      'a revision whose pods were seen, none of which was ever available, and that wants none any more',
    ],
    cause:
      'Somebody, or an autoscaler, scaled it to 0 before it worked: nothing shows that the revision is good.',
    remedy: 'Scale it up again, and look at why its pods did not become available.',
  },
} as const satisfies Rule

/** Rollouts that made no progress in time. */
export const DEADLINE_RULES = [DEADLINE] as const
/** Rollouts in progress; these rules come last. */
export const PROGRESS_RULES = [SCALED_TO_ZERO, TERMINATING, GENERATION, INCOMPLETE] as const

const EXCEEDED = 'ProgressDeadlineExceeded'
/** Kubernetes writes "no deadline" as the largest int32. */
const NO_DEADLINE = 2_147_483_647

/** The deadline that the controller itself keeps. `revisionSince`: an older condition is not about the present revision. */
export function controllerDeadline(
  conditions: readonly Condition[],
  revisionSince: Seconds,
  now: Seconds,
): MatchOf<'deadline'> | null {
  const progressing = conditions.find(({ type }) => type === 'Progressing')
  if (progressing?.status !== 'False' || progressing.reason !== EXCEEDED) return null
  if (progressing.updatedAt < revisionSince) return null
  const what = `made no progress within its deadline, which passed at ${clock(progressing.updatedAt, now)}`
  return { rule: DEADLINE, reason: EXCEEDED, what, since: progressing.updatedAt }
}

/** What our own deadline of a rollout is measured by. */
export interface Progress {
  /** The last progress that does not depend on pods, e.g. the creation of the revision. */
  readonly since: Seconds
  readonly pods: readonly Pod[]
  readonly minReadySeconds: number
  readonly deadlineSeconds: number
  /** Pods of the revision that its controller wants now. */
  readonly expectedPods: number
  /** It was complete before: then a pod that loses its readiness starts the deadline, not the creation of pods. */
  readonly wasComplete: boolean
  /** Pods of any revision that are being deleted: what takes their place comes after them. */
  readonly leaving: readonly Pod[]
}

/**
 * A rollout that is not complete, against our own deadline: a pod that is ready from time to time resets the controller's
 * deadline again and again, and StatefulSets and DaemonSets have none. Progress is a pod of the revision that was created
 * or became available and still exists. `missing` says what is awaited.
 */
export function checkProgress(
  missing: string,
  progress: Progress,
  { now, scope }: Context,
): MatchOf<'incomplete' | 'deadline'> {
  const seconds = scope.progressDeadline ?? progress.deadlineSeconds
  const last = lastProgress(progress, now)
  // Missing pods are about to be created, which is progress; other rules say what prevents that.
  const isMaking = progress.pods.length < progress.expectedPods
  const next = nextProgress(progress, now)
  if (seconds >= NO_DEADLINE || isMaking)
    return { rule: INCOMPLETE, reason: null, what: missing, since: last, changesAt: next }
  // A deadline that was asked for holds to the second.
  const asked = last + seconds
  const due = scope.progressDeadline === null ? extendDeadline(asked, progress, now) : asked
  if (now < due) {
    const what = `${missing}; fails at ${clock(due, now)} without progress`
    return { rule: INCOMPLETE, reason: null, what, since: last, changesAt: Math.min(due, next ?? due) }
  }
  const what = `${missing} and has made no progress since ${clock(last, now)} (deadline ${duration(seconds)})`
  return { rule: DEADLINE, reason: EXCEEDED, what, since: last, changesAt: next }
}

/** What is on its way at the deadline gets this much more, seconds: statuses are written a moment late. */
const GRACE_SECONDS = 60

/**
 * Until when nothing but time is awaited although the deadline passes at `due`: a pod that became ready before it becomes
 * available after minReadySeconds, and a pod that is being deleted may use its grace period. One that becomes ready only
 * after the deadline is on its way no more: it may be ready for a moment only, again and again.
 */
function extendDeadline(due: Seconds, { pods, leaving, minReadySeconds }: Progress, now: Seconds): Seconds {
  const inTime =
    minReadySeconds === 0 ? [] : pods.filter(({ ready, readySince }) => ready && readySince < due)
  const moments = [
    ...inTime.map(({ readySince }) => readySince + minReadySeconds),
    ...leaving.map(({ deletedAt }) => deletedAt ?? 0),
  ].map((at) => at + GRACE_SECONDS)
  return Math.max(due, ...moments.filter((at) => at > now))
}

/** The least time that a policy's deadline leaves after minReadySeconds, and after the whole patience of startup probes, seconds. */
const AFTER_MIN_READY_SECONDS = 5 * 60
const AFTER_STARTUP_SECONDS = 60

/** The deadline of a kind that has none of its own: that of the policy, or longer where the pods themselves ask for more time. */
export function ownDeadline(
  pods: readonly Pod[],
  minReadySeconds: Seconds,
  { policy: { progressDeadlineSeconds } }: Context,
): Seconds {
  const patience = Math.max(0, ...pods.map(({ spec }) => startupPatience(spec)))
  return Math.max(
    progressDeadlineSeconds,
    minReadySeconds + (minReadySeconds > 0 ? AFTER_MIN_READY_SECONDS : 0),
    patience + (patience > 0 ? AFTER_STARTUP_SECONDS : 0),
  )
}

/** How long startup probes may fail before the kubelet acts: sidecars start one after the other, then all others together. */
function startupPatience({ initContainers, containers }: PodSpec): Seconds {
  const sidecars = initContainers.reduce((sum, { startupSeconds = 0 }) => sum + startupSeconds, 0)
  return sidecars + Math.max(0, ...containers.map(({ startupSeconds = 0 }) => startupSeconds))
}

/** From when a pod that is being deleted hangs: kubelets end pods a few seconds late. */
export function hangsFrom({ deletedAt }: Pod): Seconds {
  return deletedAt === null ? Number.POSITIVE_INFINITY : deletedAt + HANGS_AFTER_SECONDS
}

/** How far a pod may be past its grace period before it hangs, seconds. */
const HANGS_AFTER_SECONDS = 30

/** A pod that hangs while it is being deleted, and that the rollout waits for. */
export function hangingPod(facts: PodFacts, now: Seconds): MatchOf<'terminating'> {
  const { deletedAt, node } = facts.pod
  const until = deletedAt ?? now
  const lost = findLostNode(facts, now)
  const answers = facts.node === undefined ? '' : ', which answers'
  const where = node === '' ? '' : ` on node ${node}${lost === null ? answers : `, which ${lost.what}`}`
  const what = `hangs in Terminating${where}: it should have been gone at ${clock(until, now)}`
  return { rule: TERMINATING, reason: 'Terminating', what, since: until }
}

/** A revision that wants no pods, and of which none was ever available. */
export function scaledToZero(): MatchOf<'scaled-to-zero'> {
  const what = 'was scaled to 0 before any pod became available'
  return { rule: SCALED_TO_ZERO, reason: 'ScaledToZero', what }
}

/** A rollout that is not complete and has no deadline. */
export function awaited(missing: string): MatchOf<'incomplete'> {
  return { rule: INCOMPLETE, reason: null, what: missing }
}

/** The controller's status describes a spec before this generation. */
export function unobservedGeneration(kind: string, generation: number | null): MatchOf<'generation'> {
  const what = `has generation ${generation}, which the ${kind} controller has not observed yet`
  return { rule: GENERATION, reason: null, what }
}

/** When a pod of the revision was last created or became available. */
export function lastProgress({ since, pods, minReadySeconds, wasComplete }: Progress, now: Seconds): Seconds {
  const moments = pods.map((pod) => {
    if (!pod.ready) return wasComplete ? Math.max(pod.createdAt, pod.readySince) : pod.createdAt
    const availableAt = pod.readySince + minReadySeconds
    return availableAt <= now ? Math.max(pod.createdAt, availableAt) : pod.createdAt
  })
  return Math.max(since, ...moments)
}

/** When the next ready pod has been ready for minReadySeconds, which is progress that no event reports; null: never. */
function nextProgress({ pods, minReadySeconds }: Progress, now: Seconds): Seconds | null {
  const moments = pods
    .filter((pod) => pod.ready)
    .map(({ readySince }) => readySince + minReadySeconds)
    .filter((at) => at > now)
  return moments.length === 0 ? null : Math.min(...moments)
}
