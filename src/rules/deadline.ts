import type { Condition, Seconds } from '../model/meta.ts'
import type { Pod } from '../model/pod.ts'
import type { Context } from './context.ts'
import type { RuleMatch } from './rule-match.ts'
import { clock, duration } from './words.ts'

const EXCEEDED = 'ProgressDeadlineExceeded'
/** Kubernetes' way of saying "no deadline": the largest int32. */
const NO_DEADLINE = 2_147_483_647

/** The controller's own word. `revisionSince`: a verdict from before the present revision is not about it. */
export function controllerDeadline(
  conditions: readonly Condition[],
  revisionSince: Seconds,
): RuleMatch | null {
  const progressing = conditions.find(({ type }) => type === 'Progressing')
  if (progressing?.status !== 'False' || progressing.reason !== EXCEEDED) return null
  if (progressing.updatedAt < revisionSince) return null
  const what = `made no progress within its deadline (since ${clock(progressing.updatedAt)})`
  return { rule: 'deadline', reason: EXCEEDED, what, since: progressing.updatedAt }
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
export function incomplete(missing: string, progress: Progress, { now, scope }: Context): RuleMatch {
  const seconds = scope.progressDeadline ?? progress.deadlineSeconds
  const last = lastProgress(progress, now)
  // Pods that are wanted and not there are about to be made, which is progress; what hinders that has rules of its own.
  const isMaking = progress.pods.length < progress.expectedPods
  if (seconds >= NO_DEADLINE || isMaking)
    return { rule: 'incomplete', reason: null, what: missing, since: last }
  const due = last + seconds
  if (now < due) {
    const what = `${missing}, until ${clock(due)} at most`
    return { rule: 'incomplete', reason: null, what, since: last, changesAt: due }
  }
  const what = `${missing} and made no progress for ${duration(now - last)}, its deadline is ${duration(seconds)}`
  return { rule: 'deadline', reason: EXCEEDED, what, since: last }
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
