import type { Condition, IntOrPercent, Seconds } from '../../model/meta.ts'
import type { Pod } from '../../model/pod.ts'
import { type Context, finding } from '../context.ts'
import type { Finding } from '../finding.ts'
import { failedByNode, isActive, podFindings } from '../rules/pod.ts'
import { plural, quoted, span } from '../wording.ts'

/** Share of a canary's pods that may fail, when only its hash is known. */
const TOLERATED_SHARE = 0.2
/** Up to so many pods, each one counts. */
const SMALL = 3

/** maxUnavailable as a number of pods, rounded down as the controllers do. */
export function resolve(value: IntOrPercent, of: number, initial: IntOrPercent): number {
  const wanted = value ?? initial
  if (wanted === null) return 0
  if (typeof wanted === 'number') return wanted
  const percent = Number.parseFloat(wanted)
  return Number.isFinite(percent) ? Math.floor((percent / 100) * of) : 0
}

/** Pods of a revision, known by its hash alone, that may fail without making it fail. */
export function toleratedByHash(desired: number): number {
  return desired <= SMALL ? 0 : Math.floor(TOLERATED_SHARE * desired)
}

/** Findings of all active pods, and of those that a node put an end to. */
export function findingsOfPods(pods: readonly Pod[], context: Context): Finding[] {
  return [...pods.filter(isActive).flatMap((pod) => podFindings(pod, context)), ...evictions(pods, context)]
}

/** One eviction is the node's mood; when the pod that replaced it is evicted too, it is the workload's own doing. */
function evictions(pods: readonly Pod[], context: Context): Finding[] {
  const evicted = pods
    .filter((pod) => pod.deletedAt === null && failedByNode(pod))
    .sort((a, b) => a.createdAt - b.createdAt)
  let row = 0
  let before: Seconds = 0
  for (const pod of evicted) {
    if (pod.createdAt < before) continue
    row += 1
    before = Math.max(
      pod.createdAt + 1,
      ...pod.containers.map((c) => (c.state.type === 'terminated' ? c.state.finishedAt : 0)),
    )
  }
  const last = evicted.at(-1)
  if (last === undefined || row < 2) return []
  const message = `${plural(row, 'pod')} of it in a row were put out by their node, the last was ${last.name}: ${quoted(last.message)}`
  const match = {
    rule: 'evicted',
    reason: last.reason || 'Evicted',
    times: row,
    since: last.createdAt,
    message,
  } as const
  return [finding(context, match, `pod/${last.name}`)]
}

/** A controller that may not create pods: quota, LimitRange, admission, a missing service account. */
export function createForbidden(
  subject: string,
  conditions: readonly Condition[],
  context: Context,
): Finding[] {
  const failure = conditions.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True')
  if (failure === undefined) return []
  return [forbidden(subject, failure.reason || 'FailedCreate', failure.message, failure.since, context)]
}

/** How long after its last FailedCreate event a controller without conditions is taken to be still failing. */
const FAILED_CREATE_FRESH_SECONDS = 120

/** The same for controllers that tell it by events alone. */
export function createForbiddenByEvents(
  subject: string,
  uid: string,
  newestPod: Seconds,
  context: Context,
): Finding[] {
  const failures = context
    .eventsAbout(uid)
    .filter(
      ({ reason, lastSeen }) =>
        reason === 'FailedCreate' && context.now - lastSeen <= FAILED_CREATE_FRESH_SECONDS,
    )
    .filter(({ lastSeen }) => lastSeen >= newestPod)
  const [failure] = failures
  if (failure === undefined) return []
  const since = Math.min(...failures.map(({ firstSeen }) => firstSeen))
  return [forbidden(subject, failure.reason, failure.message, since, context)]
}

function forbidden(subject: string, reason: string, why: string, since: Seconds, context: Context): Finding {
  const message = `${subject} cannot create pods since ${span(context.now - since)}: ${quoted(why)}`
  return finding(context, { rule: 'create-forbidden', reason, since, message }, subject)
}

/** The controller has not looked at the newest version of the object yet, so its conditions are of the one before. */
export function behindGeneration(subject: string, context: Context): Finding {
  const message = `the controller has not taken up the newest version of ${subject} yet`
  return finding(context, { rule: 'generation', reason: null, message }, subject)
}

/** Why it is not complete, when no pod says more. */
export function incomplete(subject: string, message: string, context: Context): Finding {
  return finding(context, { rule: 'incomplete', reason: null, message }, subject)
}

export function tooFewPods(subject: string, pods: readonly Pod[], context: Context): Finding[] {
  if (pods.length >= context.minPods) return []
  const message = `${subject} has ${plural(pods.length, 'pod')} of the ${context.minPods} that are asked for`
  return [finding(context, { rule: 'min-pods', reason: null, message }, subject)]
}

/**
 * A clock of our own, since readiness that comes and goes resets the controllers': when no pod was made and none became
 * available for the deadline, it is stuck. `available` says whether a pod counts as available by now.
 */
export function lastProgress(
  pods: readonly Pod[],
  started: Seconds,
  minReadySeconds: number,
  now: Seconds,
): Seconds {
  let last = started
  for (const pod of pods) {
    last = Math.max(last, pod.createdAt)
    const availableAt = pod.readySince + minReadySeconds
    if (pod.ready && availableAt <= now) last = Math.max(last, availableAt)
  }
  return last
}

export function deadlineFinding(
  subject: string,
  progress: Seconds,
  seconds: number,
  context: Context,
): Finding[] {
  if (context.now < progress + seconds) return []
  const message = `${subject} has made no progress for ${span(context.now - progress)}, longer than its deadline of ${span(seconds)}`
  return [
    finding(
      context,
      { rule: 'deadline', reason: 'ProgressDeadlineExceeded', since: progress, message },
      subject,
    ),
  ]
}

export const readyCount = (pods: readonly Pod[]): number => pods.filter(({ ready }) => ready).length
