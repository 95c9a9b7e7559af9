import type { PodHistory } from '../model/history.ts'
import type { Seconds } from '../model/meta.ts'
import { type ContainerState, listContainers, type Pod } from '../model/pod.ts'
import type { ClusterEvent } from '../model/records.ts'
import { type PodFacts, wasAskedFor } from './container-facts.ts'
import type { Context } from './context.ts'
import { neverRan } from './crash-evidence.ts'
import type { Finding } from './finding.ts'
import { JOB_POD_FAILED } from './job.ts'
import { podFindings } from './pod-findings.ts'
import { isGoodEnd } from './restart-policy.ts'
import { podSubject, weigh } from './rule-match.ts'
import { quoteRuntime } from './start-failure.ts'
import { clock, count, exitCode, quote, sinceWhen } from './words.ts'

/** What is left of a failed Job's pods. */
export interface JobPods {
  readonly pods: readonly PodFacts[]
  /** Of those that were deleted. */
  readonly deleted: readonly PodHistory[]
  /** Events about pods of its name, of those that are gone too. */
  readonly listEvents: () => readonly ClusterEvent[]
}

interface End {
  readonly pod: Pick<Pod, 'name' | 'uid'>
  /** Null: the pod as a whole. */
  readonly container: string | null
  readonly at: Seconds
  readonly how: string
  readonly reason: string
  readonly code: number | null
}

/**
 * How the pods of a Job that failed at `failedAt` ended: the last that failed before, with how many did; else what a pod that is
 * being deleted since then waited for; else the last that an event said of one.
 */
export function jobPodFindings(
  { pods, deleted, listEvents }: JobPods,
  failedAt: Seconds,
  context: Context,
): Finding[] {
  // A Job that fails deletes the pods that still run: those ends are no cause.
  const ending = new Set(pods.filter(({ pod }) => pod.deletedAt !== null).map(({ pod }) => pod.uid))
  const ends = [
    ...pods.flatMap((facts) => listEnds(facts, context)),
    ...deleted.flatMap((one) => listPastEnds(one, context)),
  ]
    .filter(({ pod: { uid }, at }) => at < failedAt || (at === failedAt && !ending.has(uid)))
    .toSorted((left, right) => right.at - left.at || (left.pod.name < right.pod.name ? -1 : 1))
  const [last] = ends
  if (last !== undefined) return [finding(last, new Set(ends.map(({ pod }) => pod.uid)).size, context)]
  const waited = pods
    .filter(({ pod }) => pod.deletedAt !== null)
    .flatMap((facts) => podFindings({ ...facts, pod: { ...facts.pod, deletedAt: null } }, context))
    .filter(
      ({ rule, class: category }) =>
        category !== 'warning' && rule !== 'starting' && rule !== 'restart-evidence',
    )
  if (waited.length > 0) return waited.map((one) => ({ ...one, class: 'warning', reached: false }))
  const told = lastEvent(listEvents(), failedAt, context)
  return told.length > 0 ? told : stillRunning(pods, deleted, failedAt, context)
}

function listEnds({ pod, history }: PodFacts, { now }: Context): End[] {
  const ends = listContainers(pod).flatMap(({ status: { name, state, last } }): End[] => {
    const end = state.type === 'terminated' ? state : last
    if (end === null || isGoodEnd(end)) return []
    const known = history?.containers.find(({ container }) => container === name)
    // A sidecar is killed after the pod's containers have ended, which is no cause.
    if (known !== undefined && wasAskedFor(end, known.terminations)) return []
    const how = neverRan(end)
      ? `could not be started at ${clock(end.finishedAt, now)}: ${quoteRuntime(end.message)}`
      : `exited with ${exitCode(end.exitCode, end.reason)} at ${clock(end.finishedAt, now)}`
    return [{ pod, container: name, at: end.finishedAt, how, reason: end.reason, code: end.exitCode }]
  })
  if (pod.phase !== 'Failed' || pod.reason === '') return ends
  const detail = pod.message === '' ? '' : `: ${quote(pod.message)}`
  const at = Math.max(pod.createdAt, ...ends.map((one) => one.at))
  // What ended the pod as a whole says more than how its containers took it.
  return [{ pod, container: null, at, how: `failed, ${pod.reason}${detail}`, reason: pod.reason, code: null }]
}

function listPastEnds({ uid, name, containers }: PodHistory, { now }: Context): End[] {
  return containers.flatMap(({ container, terminations }) =>
    terminations
      .filter((end) => !end.disrupted && !isGoodEnd(end))
      .map(({ at, exitCode: code, reason }) => {
        const how = `exited with ${exitCode(code, reason)} at ${clock(at, now)}`
        return { pod: { name, uid }, container, at, how, reason, code }
      }),
  )
}

function finding({ pod, container, at, how, reason, code }: End, pods: number, context: Context): Finding {
  const others = pods > 1 ? `, the last of ${count(pods, 'pod')} that failed` : ''
  const subject = {
    ...podSubject(pod),
    container,
    who: container === null ? `Pod ${pod.name}` : `Container ${container} of pod ${pod.name}`,
  }
  const match = { rule: JOB_POD_FAILED, reason: reason === '' ? 'Error' : reason, what: `${how}${others}` }
  return weigh({ ...match, since: at, exitCode: code }, subject, context)
}

/** Reasons of events that say what keeps a pod from its work; others are remarks. */
const TROUBLES = /^(Failed|BackOff|Unhealthy|Evicted|Preempt)/
/** A trouble that lasts is reported again within the longest back-off of the kubelet and the scheduler, with some slack, seconds. */
const REPEATED_SECONDS = 330

/** Pods that are gone and never ended by themselves: only events tell what they waited for. */
function lastEvent(events: readonly ClusterEvent[], failedAt: Seconds, context: Context): Finding[] {
  const [newest] = events
    .filter(({ type, reason }) => type === 'Warning' && TROUBLES.test(reason))
    .filter(({ lastSeen }) => lastSeen >= failedAt - REPEATED_SECONDS)
    .toSorted((left, right) => right.lastSeen - left.lastSeen)
  if (newest?.owner === undefined || newest.owner === null) return []
  const { owner, reason, message, lastSeen } = newest
  const what = `last reported ${reason} at ${clock(lastSeen, context.now)}: ${quote(message)}`
  return [weigh({ rule: JOB_POD_FAILED, reason, what, since: lastSeen }, podSubject(owner), context)]
}

/** A Job that took too long: its pods did nothing wrong but run until then. */
function stillRunning(
  pods: readonly PodFacts[],
  deleted: readonly PodHistory[],
  failedAt: Seconds,
  context: Context,
): Finding[] {
  const present = pods
    .filter(({ pod }) => pod.deletedAt !== null)
    .flatMap(({ pod }) =>
      listContainers(pod).map(({ status: { name, state } }) => ({ pod, container: name, ...whenRan(state) })),
    )
  const gone = deleted.flatMap(({ uid, name, containers }) =>
    containers.flatMap(({ container, terminations }) =>
      terminations.map(({ startedAt, at }) => ({
        pod: { name, uid },
        container,
        from: startedAt,
        until: at,
      })),
    ),
  )
  const [last] = [...present, ...gone]
    .filter(({ from, until }) => from > 0 && from < failedAt && until >= failedAt)
    .toSorted((left, right) => left.from - right.from || (left.pod.name < right.pod.name ? -1 : 1))
  if (last === undefined) return []
  const what = `still ran when the Job failed${sinceWhen(last.from, context.now)}`
  const who = `Container ${last.container} of pod ${last.pod.name}`
  const subject = { ...podSubject(last.pod), container: last.container, who }
  return [weigh({ rule: JOB_POD_FAILED, reason: null, what, since: last.from }, subject, context)]
}

function whenRan(state: ContainerState): { readonly from: Seconds; readonly until: Seconds } {
  if (state.type === 'running') return { from: state.startedAt, until: Number.POSITIVE_INFINITY }
  return state.type === 'terminated'
    ? { from: state.startedAt, until: state.finishedAt }
    : { from: 0, until: 0 }
}
