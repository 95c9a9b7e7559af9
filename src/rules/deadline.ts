import type { Condition, Seconds } from '../model/meta.ts'
import type { Pod } from '../model/pod.ts'
import type { Context } from './context.ts'
import type { MatchOf, Rule } from './rule.ts'
import { clock, duration } from './words.ts'

const DEADLINE = {
  id: 'deadline',
  class: 'fatal',
  code: 'not-progressing',
  texts: {
    matches: ['Progressing=False: ProgressDeadlineExceeded', 'no pod created or available for so long'],
    cause:
      'The rollout made no progress within `progressDeadlineSeconds`, or within the policy’s own deadline for kinds that have none; often pods that never become ready.',
    remedy: 'The message says what the pods wait for. A slow start needs a longer `progressDeadlineSeconds`.',
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
    cause: 'The controller has not taken up the newest spec: its status is about the one before.',
    remedy: 'Wait. If it lasts, the controller does not run.',
  },
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
    cause: 'The rollout is on its way.',
    remedy: 'Wait until the moment that the message names; where no node answers, look at the nodes.',
  },
  isConsequence: true,
  explainsNothing: true,
} as const satisfies Rule

/** Rollouts that did not get anywhere in time. */
export const DEADLINE_RULES = [DEADLINE] as const
/** Rollouts that are simply on their way; told last. */
export const PROGRESS_RULES = [GENERATION, INCOMPLETE] as const

const EXCEEDED = 'ProgressDeadlineExceeded'
/** Kubernetes' way of saying "no deadline": the largest int32. */
const NO_DEADLINE = 2_147_483_647

/** The controller's own word. `revisionSince`: a verdict from before the present revision is not about it. */
export function controllerDeadline(
  conditions: readonly Condition[],
  revisionSince: Seconds,
): MatchOf<'deadline'> | null {
  const progressing = conditions.find(({ type }) => type === 'Progressing')
  if (progressing?.status !== 'False' || progressing.reason !== EXCEEDED) return null
  if (progressing.updatedAt < revisionSince) return null
  const what = `made no progress within its deadline (since ${clock(progressing.updatedAt)})`
  return { rule: DEADLINE, reason: EXCEEDED, what, since: progressing.updatedAt }
}

/** From when on our own clock runs, and for how long. */
export interface Progress {
  /** The last progress that outlasts the pods that made it, e.g. the birth of the revision. */
  readonly since: Seconds
  readonly pods: readonly Pod[]
  readonly minReadySeconds: number
  readonly deadlineSeconds: number
  /** Pods of the revision that its controller wants at present. */
  readonly expectedPods: number
  /** It was complete before: then the loss of readiness starts the clock, not the creation of pods. */
  readonly wasComplete: boolean
}

/**
 * What is not complete yet, or no longer may be: our own clock. A pod that is ready now and then resets the controller's
 * clock for ever, and StatefulSets and DaemonSets have none. Progress is a pod of the revision that was created or
 * became available and still is. `missing` says what is awaited.
 */
export function checkProgress(
  missing: string,
  progress: Progress,
  { now, scope }: Context,
): MatchOf<'incomplete' | 'deadline'> {
  const seconds = scope.progressDeadline ?? progress.deadlineSeconds
  const last = lastProgress(progress, now)
  // Pods that are wanted and not there are about to be made, which is progress; what hinders that has rules of its own.
  const isMaking = progress.pods.length < progress.expectedPods
  if (seconds >= NO_DEADLINE || isMaking)
    return { rule: INCOMPLETE, reason: null, what: missing, since: last }
  const due = last + seconds
  if (now < due) {
    const what = `${missing}, until ${clock(due)} at most`
    return { rule: INCOMPLETE, reason: null, what, since: last, changesAt: due }
  }
  const what = `${missing} and made no progress for ${duration(now - last)}, its deadline is ${duration(seconds)}`
  return { rule: DEADLINE, reason: EXCEEDED, what, since: last }
}

/** What is awaited without a deadline. */
export function awaited(missing: string): MatchOf<'incomplete'> {
  return { rule: INCOMPLETE, reason: null, what: missing }
}

/** The controller's status is about a spec before this generation. */
export function unobservedGeneration(generation: number | null): MatchOf<'generation'> {
  const what = `has a generation (${generation}) that its controller has not taken up yet`
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
