import { type Condition, findCondition, type Seconds } from '../model/meta.ts'
import type { ClusterEvent } from '../model/records.ts'
import { awaitQuota, DENIED_SECONDS, NOTHING_KNOWN, nextAttemptBy, type RefusalFacts } from './quota.ts'
import { classifyRefusal, type RefusalKind, stripRefusal } from './refusal.ts'
import type { MatchOf, Rule } from './rule.ts'
import { quote, sinceWhen } from './words.ts'

const MINUTE = 60
const QUOTA_EXCEEDED = {
  id: 'quota-exceeded',
  class: 'threshold',
  code: 'resource-limits-exceeded',
  seconds: DENIED_SECONDS,
  texts: {
    matches: [
      'ReplicaFailure or FailedCreate: exceeded quota',
      'ReplicaSetCreateError: exceeded quota (count/replicasets.apps)',
    ],
    exception:
      'Progressing while pods of the namespace are ending, as they free the quota; once they are gone it counts from the next attempt of the controller.',
    cause:
      'A ResourceQuota of the namespace is used up, so the API server refuses new pods, or the ReplicaSet itself.',
    remedy:
      'The message says which quota, what was asked for and what is used. Raise the quota, or free some of it.',
  },
  next: 'quota',
} as const satisfies Rule

const WEBHOOK_UNAVAILABLE = {
  id: 'webhook-unavailable',
  class: 'threshold',
  code: 'invalid-config',
  seconds: 5 * MINUTE,
  texts: {
    matches: ['ReplicaFailure, FailedCreate or ReplicaSetCreateError: failed calling webhook'],
    cause:
      'An admission webhook does not answer (connection refused, timeout, no endpoints, an unknown certificate), and its failurePolicy is Fail.',
    remedy: 'Look at the pods and the Service of the webhook that the message names, or at its certificate.',
  },
  next: 'webhooks',
} as const satisfies Rule

const ADMISSION_REFUSED = {
  id: 'admission-refused',
  class: 'threshold',
  code: 'invalid-config',
  seconds: DENIED_SECONDS,
  texts: {
    matches: [
      'ReplicaFailure, FailedCreate or ReplicaSetCreateError: admission webhook denied the request, violates PodSecurity, ValidatingAdmissionPolicy, security context constraint',
    ],
    cause:
      'A policy of the cluster (an admission webhook, Pod Security, an admission policy) does not admit the object.',
    remedy: 'The message says which policy and why. Correct the pod template, or the policy.',
  },
} as const satisfies Rule

const CREATE_FORBIDDEN = {
  id: 'create-forbidden',
  class: 'threshold',
  code: 'resource-limits-exceeded',
  seconds: DENIED_SECONDS,
  patientSeconds: 5 * MINUTE,
  texts: {
    matches: ['ReplicaFailure', 'FailedCreate', 'ReplicaSetCreateError'],
    patient: 'the message blames the API server itself',
    cause:
      'The API server refuses to create the pods or the ReplicaSet: a LimitRange, a missing service account or priority class.',
    remedy: 'The message says what is refused and why. Correct the pod template, or create what is missing.',
  },
} as const satisfies Rule

const DELETE_REFUSED = {
  id: 'delete-refused',
  class: 'threshold',
  code: 'not-progressing',
  seconds: DENIED_SECONDS,
  patientSeconds: 5 * MINUTE,
  texts: {
    matches: ['ReplicaFailure: FailedDelete, also of an old ReplicaSet', 'FailedDelete'],
    patient: 'a webhook or the API server does not answer',
    cause: 'The API server refuses to delete old pods, mostly because an admission webhook protects them.',
    remedy: 'The message says who refuses. Lift the protection, or delete the pods as it wants.',
  },
} as const satisfies Rule

/** Controllers that cannot create or delete their pods. */
export const CREATE_RULES = [
  QUOTA_EXCEEDED,
  WEBHOOK_UNAVAILABLE,
  ADMISSION_REFUSED,
  CREATE_FORBIDDEN,
  DELETE_REFUSED,
] as const

type CreateRuleId = (typeof CREATE_RULES)[number]['id']
export type Refusal = MatchOf<CreateRuleId>

const BY_KIND = {
  quota: QUOTA_EXCEEDED,
  webhook: WEBHOOK_UNAVAILABLE,
  admission: ADMISSION_REFUSED,
  trouble: CREATE_FORBIDDEN,
  other: CREATE_FORBIDDEN,
} as const satisfies Readonly<Record<RefusalKind, Rule>>

/** Why a controller cannot create or delete its pods, by its own condition ReplicaFailure. */
export function createForbidden(
  conditions: readonly Condition[],
  facts: RefusalFacts,
  now: Seconds,
): Refusal | null {
  const failure = findCondition(conditions, 'ReplicaFailure')
  if (failure === undefined) return null
  const { reason, message, since } = failure
  if (reason === 'FailedDelete') return deletionRefused(message, since, now)
  return refuse({ reason: reason === '' ? 'FailedCreate' : reason, message, since, what: PODS, facts, now })
}

/** Why pods of old revisions stay, by a condition of the workload or of an old ReplicaSet; creation is not their matter any more. */
export function oldPodsStay(conditions: readonly Condition[], now: Seconds): Refusal | null {
  const failure = conditions.find(
    ({ type, status, reason }) => type === 'ReplicaFailure' && status === 'True' && reason === 'FailedDelete',
  )
  return failure === undefined ? null : deletionRefused(failure.message, failure.since, now)
}

const REPLICA_SET_REFUSED = 'ReplicaSetCreateError'

/**
 * Why the ReplicaSet of the newest template cannot be made, by the condition Progressing. `changedAt`: when the spec was last
 * changed, 0 when unknown; what was refused before was another spec.
 */
export function replicaSetRefused(
  conditions: readonly Condition[],
  changedAt: Seconds,
  now: Seconds,
): Refusal | null {
  const progressing = findCondition(conditions, 'Progressing', 'False')
  if (progressing?.reason !== REPLICA_SET_REFUSED) return null
  const { reason, message } = progressing
  const since = Math.max(progressing.since, changedAt)
  return refuse({ reason, message, since, what: 'its ReplicaSet', facts: NOTHING_KNOWN, now })
}

/**
 * The same by the events of a Deployment without a progress deadline, whose controller writes no such condition. It tries some
 * times and then no more, so the event counts for as long as the generation is not noted.
 */
export function replicaSetRefusedByEvent(
  events: readonly ClusterEvent[],
  changedAt: Seconds,
  now: Seconds,
): Refusal | null {
  const failures = events
    .filter(({ reason, type, lastSeen }) => {
      return reason === REPLICA_SET_REFUSED && type === 'Warning' && lastSeen >= changedAt
    })
    .toSorted((left, right) => right.lastSeen - left.lastSeen)
  const [newest] = failures
  if (newest === undefined) return null
  const { reason, message } = newest
  const since = Math.max(changedAt, Math.min(...failures.map(({ firstSeen }) => firstSeen)))
  return refuse({ reason, message, since, what: 'its ReplicaSet', facts: NOTHING_KNOWN, now })
}

const PODS = 'its pods'

/**
 * The same for kinds without such a condition (StatefulSet, DaemonSet, Job, CronJob), by their events. An event is never taken
 * back, so it counts only while pods are missing, no pod was created after it, and the next event is not overdue.
 */
export function createForbiddenByEvent(
  facts: RefusalFacts,
  newestPodAt: Seconds,
  missing: number,
  now: Seconds,
  what = PODS,
): Refusal | null {
  if (missing <= 0) return null
  const found = findCurrent(facts.events, 'FailedCreate', newestPodAt, now)
  if (found === null) return null
  const { reason, message, since, nextBy } = found
  const match = refuse({ reason, message, since, what, facts, now })
  return { ...match, changesAt: match.changesAt ?? nextBy }
}

/** Why a controller without conditions cannot delete its old pods, by its events. `old`: how many there still are. */
export function oldPodsStayByEvent(
  { events }: RefusalFacts,
  newestPodAt: Seconds,
  old: number,
  now: Seconds,
): Refusal | null {
  if (old <= 0) return null
  const found = findCurrent(events, 'FailedDelete', newestPodAt, now)
  if (found === null) return null
  return { ...deletionRefused(found.message, found.since, now), changesAt: found.nextBy }
}

interface Failures extends Pick<ClusterEvent, 'reason' | 'message'> {
  readonly since: Seconds
  /** By when the next attempt is overdue, which means that it succeeded. */
  readonly nextBy: Seconds
}

/** The newest warning of a reason, with those before it: each names another pod, so that one failure has several events. */
function findCurrent(
  events: readonly ClusterEvent[],
  wanted: string,
  newestPodAt: Seconds,
  now: Seconds,
): Failures | null {
  const failures = events
    .filter(
      ({ reason, type, lastSeen }) => reason === wanted && type === 'Warning' && lastSeen >= newestPodAt,
    )
    .toSorted((left, right) => right.lastSeen - left.lastSeen)
  const [newest] = failures
  if (newest === undefined) return null
  const since = Math.max(newestPodAt, Math.min(...failures.map(({ firstSeen }) => firstSeen)))
  const nextBy = nextAttemptBy({ firstSeen: since, lastSeen: newest.lastSeen })
  return now < nextBy ? { reason: newest.reason, message: newest.message, since, nextBy } : null
}

interface Refused {
  readonly reason: string
  readonly message: string
  readonly since: Seconds
  /** What cannot be created. */
  readonly what: string
  readonly facts: RefusalFacts
  readonly now: Seconds
}

function refuse({ reason, message, since, what, facts, now }: Refused): Refusal {
  const kind = classifyRefusal(message)
  const text = `cannot create ${what}${sinceWhen(since, now)}: ${quote(stripRefusal(message))}`
  const match = { rule: BY_KIND[kind], reason, what: text, since }
  if (kind === 'trouble') return { ...match, patient: true }
  return kind === 'quota' && what === PODS ? { ...match, ...awaitQuota(text, since, facts, now) } : match
}

function deletionRefused(message: string, since: Seconds, now: Seconds): Refusal {
  const kind = classifyRefusal(message)
  const what = `cannot delete its old pods${sinceWhen(since, now)}: ${quote(stripRefusal(message))}`
  const patient = kind === 'webhook' || kind === 'trouble'
  return { rule: DELETE_REFUSED, reason: 'FailedDelete', what, since, patient }
}
