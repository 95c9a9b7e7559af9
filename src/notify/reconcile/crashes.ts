import { adviseByRule, adviseIn } from '../../analyze/advice.ts'
import type { ContainerHistory, PodHistory, Termination } from '../../model/history.ts'
import type { Seconds } from '../../model/meta.ts'
import { containerFacts } from '../../rules/container-facts.ts'
import { type Context, DEFAULT_SCOPE } from '../../rules/context.ts'
import { isUnstable } from '../../rules/crash.ts'
import { isCrash } from '../../rules/restart-policy.ts'
import { type AppEvent, boundAdvice, buildEventId, NO_DETAILS } from '../event.ts'
import { type Episode, KEYS, type OutboxView } from '../outbox/entries.ts'
import { type AppIdentity, buildDynoName, resolvePodApp } from './app.ts'
import { isSelected, type PendingReport, type ReconcileInput } from './input.ts'
import { resolveCrashCode } from './legacy-code.ts'

/** Time from the first event about a container that keeps crashing to the second, then between further ones, seconds. */
const SECOND_EVENT_AFTER = 600
const FURTHER_EVENT_AFTER = 3600

const NO_EPISODE: Episode = {
  type: 'episode',
  ends: 0,
  tellings: 0,
  toldAt: 0,
  open: false,
  waiting: null,
  states: [],
}

/** What was reported about a container so far. */
export function getEpisode(outbox: OutboxView, podUid: string, container: string): Episode {
  const entry = outbox.get(KEYS.episode(podUid, container))
  return entry?.type === 'episode' ? entry : NO_EPISODE
}

/** Crashes that are due, of present and of deleted pods, and recoveries. */
export function* findCrashReports(input: ReconcileInput): Iterable<PendingReport> {
  for (const pod of input.view.histories.all()) {
    if (!isSelected(input.selection, pod)) continue
    const app = resolvePodApp(pod, input.view)
    for (const container of pod.containers) {
      const report = findContainerReport(input, { app, pod, container })
      if (report !== null) yield report
    }
  }
}

/** A container that has ended at least once. */
interface Subject {
  readonly app: AppIdentity
  readonly pod: PodHistory
  readonly container: ContainerHistory
}

function findContainerReport(input: ReconcileInput, subject: Subject): PendingReport | null {
  const { outbox, now, baselineAt } = input
  const { pod, container } = subject
  const before = getEpisode(outbox, pod.uid, container.container)
  const state = readState(input, pod, container)
  const since = before === NO_EPISODE && state !== 'unstable' ? Math.floor(baselineAt) : 0
  const unreported = countUnreported(container, before.ends, since)
  const { ends } = unreported
  // An end during the deletion of the pod is not a crash. A replica that starts during the deletion sees only that end, and
  // counts the earlier crashes as such ends too: the waiting event in the outbox still has them.
  const crash = buildCrash(input, subject, unreported) ?? (state === 'deleted' ? before.waiting : null)
  const due = crash !== null && (state !== 'unstable' || now >= computeDueTime(before)) ? crash : null
  const recovers = state === 'stable' && (before.open || due !== null)
  const waiting = due === null ? crash : null
  if (due === null && !recovers && waiting?.id === before.waiting?.id) return null
  const after: Episode = {
    ...before,
    ...(due === null ? {} : { ends, tellings: before.tellings + 1, toldAt: now }),
    ...(recovers ? { tellings: 0 } : {}),
    // A deleted pod cannot recover; its episode is removed with its history.
    open: !recovers && state !== 'deleted',
    waiting,
  }
  return {
    objectUid: pod.uid,
    events: [...(due === null ? [] : [due]), ...(recovers ? [buildRecovery(input, subject, ends)] : [])],
    entries: [[KEYS.episode(pod.uid, container.container), after]],
  }
}

/** Crashes that the baseline counts as known: the container has recovered, or its pod is deleted. */
export function* listKnownCrashes(
  input: Pick<ReconcileInput, 'view' | 'now' | 'policy'>,
  isNew: (pod: PodHistory) => boolean,
) {
  for (const pod of input.view.histories.all()) {
    if (!isNew(pod)) continue
    for (const container of pod.containers) {
      const { ends, count } = countUnreported(container, 0, 0)
      if (count === 0 || readState(input, pod, container) === 'unstable') continue
      yield [KEYS.episode(pod.uid, container.container), { ...NO_EPISODE, ends }] as const
    }
  }
}

/** Time of the next event of an episode: the first comes at once, the second after 10 minutes, further ones every hour. */
export function computeDueTime({ tellings, toldAt }: Pick<Episode, 'tellings' | 'toldAt'>): Seconds {
  if (tellings === 0) return 0
  return toldAt + (tellings === 1 ? SECOND_EVENT_AFTER : FURTHER_EVENT_AFTER)
}

/** The state of a container that has ended before. `unstable`: it may crash again. `deleted`: it or its pod is. */
function readState(
  { view, now, policy }: Pick<ReconcileInput, 'view' | 'now' | 'policy'>,
  { uid }: PodHistory,
  { container }: ContainerHistory,
): 'unstable' | 'stable' | 'deleted' {
  const pod = view.objects.pods.byUid(uid)
  if (pod === undefined || pod.deletedAt !== null) return 'deleted'
  const context: Context = { policy, now, scope: DEFAULT_SCOPE, owner: 'controller' }
  const all = containerFacts({ pod, history: view.histories.byUid(uid), events: [] }, context)
  const facts = all.find(({ status }) => status.name === container)
  if (facts === undefined) return 'deleted'
  const { state } = facts.status
  // An init container that succeeded after a failure will not crash again.
  if (state.type === 'terminated' && state.exitCode === 0 && facts.lastCrash === null) return 'stable'
  return state.type !== 'running' || isUnstable(facts, context) ? 'unstable' : 'stable'
}

interface UnreportedCrashes {
  readonly count: number
  /** How often the container had ended with the last of them; `reportedEnds` without any. */
  readonly ends: number
  readonly last: Termination | null
}

/**
 * Crashes after the first `reportedEnds` ends and not before a moment. It counts ends, not crashes: a replica that has just
 * started takes all ends that it did not see for repeats of the last one, which may be no crash.
 */
function countUnreported(
  { terminations, kind, restartPolicy }: ContainerHistory,
  reportedEnds: number,
  since: Seconds,
): UnreportedCrashes {
  let ends = 0
  let found: UnreportedCrashes = { count: 0, ends: reportedEnds, last: null }
  for (const end of terminations) {
    const before = Math.max(ends, reportedEnds)
    ends += end.count
    if (ends <= before || end.at < since || !isCrash(end, kind, undefined, restartPolicy)) continue
    found = { count: found.count + ends - before, ends, last: end }
  }
  return found
}

function buildCrash(
  input: ReconcileInput,
  { app, pod, container: { container, restarts } }: Subject,
  { count, ends, last }: UnreportedCrashes,
): AppEvent | null {
  if (last === null) return null
  const { at, exitCode, reason } = last
  const { clusterUid } = input
  const repeats = count === 1 ? '' : `, ${count} times since the last event`
  return {
    ...buildContainerFields(app, pod, container),
    id: buildEventId(clusterUid, pod.uid, container, ends - 1, 'crashed'),
    kind: 'crashed',
    at,
    restarts,
    count,
    code: resolveCrashCode(last),
    reason: reason === '' ? null : reason,
    exitCode,
    message: `Container ${container} of pod ${pod.name} exited with code ${exitCode} (${reason || 'no reason'})${repeats}.`,
    ...adviseAboutCrash(input, pod, container, last),
  }
}

/** What the rule about such a crash says; nothing shows more of a pod that is gone. */
function adviseAboutCrash(
  { view }: ReconcileInput,
  { uid, name, namespace }: PodHistory,
  container: string,
  { exitCode, reason }: Termination,
): Pick<AppEvent, 'remedy' | 'next'> {
  const rule = reason === 'OOMKilled' ? 'oom' : 'crash-loop'
  const isGone = view.objects.pods.byUid(uid) === undefined
  const advise = isGone ? adviseByRule : adviseIn({ namespace, view })
  return boundAdvice(advise({ rule, subject: `pod/${name}`, podUid: uid, container, exitCode }))
}

function buildRecovery(
  { clusterUid, now }: ReconcileInput,
  { app, pod, container: { container, restarts } }: Subject,
  ends: number,
): AppEvent {
  return {
    ...buildContainerFields(app, pod, container),
    id: buildEventId(clusterUid, pod.uid, container, ends - 1, 'recovered'),
    kind: 'recovered',
    at: now,
    restarts,
    message: `Container ${container} of pod ${pod.name} is running again.`,
  }
}

/** The fields that all events about a container have in common. */
export function buildContainerFields(
  app: AppIdentity,
  { uid, name }: Pick<PodHistory, 'uid' | 'name'>,
  container: string,
) {
  const dyno = buildDynoName(name, app)
  return {
    ...NO_DETAILS,
    ...app,
    objectUid: uid,
    pod: name,
    dyno,
    container: container === '' ? null : container,
  }
}
