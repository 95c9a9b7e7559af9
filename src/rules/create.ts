import { type Condition, findCondition, type Seconds } from '../model/meta.ts'
import type { ClusterEvent } from '../model/records.ts'
import { expiresAt } from './event-expiry.ts'
import type { MatchOf, Rule } from './rule.ts'
import { quote, sinceWhen } from './words.ts'

const CREATE_FORBIDDEN = {
  id: 'create-forbidden',
  class: 'threshold',
  code: 'resource-limits-exceeded',
  seconds: 30,
  texts: {
    matches: ['ReplicaFailure', 'FailedCreate'],
    cause:
      'The API server refuses to create the pods: a quota, a LimitRange, an admission webhook, a missing service account.',
    remedy: 'The message says who refuses and why. Raise the quota, or correct the pod template.',
  },
} as const satisfies Rule

/** Controllers that cannot create their pods. */
export const CREATE_RULES = [CREATE_FORBIDDEN] as const

/** Why a controller cannot create its pods, by its own condition. */
export function createForbidden(
  conditions: readonly Condition[],
  now: Seconds,
): MatchOf<'create-forbidden'> | null {
  const failure = findCondition(conditions, 'ReplicaFailure')
  return failure === undefined ? null : refused(failure.reason, failure.message, failure.since, now)
}

/**
 * The same for kinds without such a condition (StatefulSet, DaemonSet, Job), by their events. An event is never taken
 * back, so it counts only while pods are missing, no pod was created after it, and the next event is not overdue.
 */
export function createForbiddenByEvent(
  events: readonly ClusterEvent[],
  newestPodAt: Seconds,
  missing: number,
  now: Seconds,
): MatchOf<'create-forbidden'> | null {
  if (missing <= 0) return null
  const failures = events.filter(({ reason, type }) => reason === 'FailedCreate' && type === 'Warning')
  const current = failures.filter((event) => event.lastSeen >= newestPodAt && now < expiresAt(event))
  const newest = current.toSorted((left, right) => right.lastSeen - left.lastSeen)[0]
  if (newest === undefined) return null
  const since = Math.max(newestPodAt, Math.min(...current.map(({ firstSeen }) => firstSeen)))
  return refused(newest.reason, newest.message, since, now)
}

/**
 * What a StatefulSet's event says before the API server's refusal (recordPodEvent in
 * pkg/controller/statefulset/stateful_pod_control.go, 1.34). It repeats the names, and would leave less room for the cause.
 */
const STATEFUL_PREAMBLE = /^create Pod \S+ in StatefulSet \S+ failed error: /

function refused(reason: string, message: string, since: Seconds, now: Seconds): MatchOf<'create-forbidden'> {
  const what = `cannot create its pods${sinceWhen(since, now)}: ${quote(message.replace(STATEFUL_PREAMBLE, ''))}`
  return { rule: CREATE_FORBIDDEN, reason: reason === '' ? 'FailedCreate' : reason, what, since }
}
