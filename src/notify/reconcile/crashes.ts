import type { ContainerHistory, PodHistory, Termination } from '../../model/history.ts'
import type { Pod } from '../../model/pod.ts'
import { type AppEvent, buildEventId } from '../event.ts'
import { type Episode, getEpisode, KEYS } from '../outbox/entries.ts'
import { type AppIdentity, resolvePodApp, buildDynoName } from './app.ts'
import { readState } from './container-state.ts'
import { resolveCrashCode } from './legacy-code.ts'
import { isSelected, type ReconcileInput, type PendingReport } from './input.ts'
import { untold } from './unreported.ts'

/** Of a container that crashes on and on: the second event after so long, each further one after the last, seconds. */
const SECOND_AFTER = 600
const FURTHER_AFTER = 3600

export const NO_EPISODE: Episode = {
  type: 'episode',
  ends: 0,
  tellings: 0,
  toldAt: 0,
  open: false,
  waiting: null,
  states: [],
}

/** Crashes that are due, of pods that are there and of those that are gone, and the recoveries from them. */
export function* findCrashReports(situation: ReconcileInput): Iterable<PendingReport> {
  for (const history of situation.view.histories()) {
    if (!isSelected(situation.selection, history)) continue
    const app = resolvePodApp(history, situation.view)
    const pod = situation.view.objects.pods.byUid(history.uid)
    for (const container of history.containers) {
      const step = containerStep(situation, app, history, container, pod)
      if (step !== null) yield step
    }
  }
}

function containerStep(
  situation: ReconcileInput,
  app: AppIdentity,
  history: PodHistory,
  container: ContainerHistory,
  pod: Pod | undefined,
): PendingReport | null {
  const { ledger, now, beganAt } = situation
  const episode = getEpisode(ledger, history.uid, container.container)
  const before = episode ?? NO_EPISODE
  const state = readState(situation, history, container, pod)
  const since = episode !== undefined || state === 'down' ? 0 : Math.floor(beganAt)
  const { count, ends, last } = untold(container, before.ends, since)
  // Of crashes while a pod was leaving nothing is told; who began to look then takes those before for such, too.
  const fresh = last === null ? null : crashed(situation, app, history, container, last, ends, count)
  const crash = fresh ?? (state === 'gone' ? before.waiting : null)
  const due = crash !== null && (state !== 'down' || now >= dueAt(before))
  const recovers = state === 'up' && (before.open || due)
  const events: AppEvent[] = due ? [crash] : []
  if (recovers) events.push(recovered(situation, app, history, container, ends))
  const waiting = due ? null : crash
  if (events.length === 0 && waiting?.id === before.waiting?.id) return null
  const after: Episode = {
    ...before,
    ends: due ? ends : before.ends,
    tellings: recovers ? 0 : before.tellings + (due ? 1 : 0),
    toldAt: due ? now : before.toldAt,
    // Of a pod that is gone nothing can recover; its episode ends with its history.
    open: !recovers && state !== 'gone',
    waiting,
  }
  return {
    objectUid: history.uid,
    events,
    entries: [[KEYS.episode(history.uid, container.container), after]],
  }
}

/** Where one just began to look: crashes are not told that a container has recovered from by then, or whose pod is gone. */
export function* listKnownCrashes(
  situation: Pick<ReconcileInput, 'view' | 'now' | 'policy'>,
  isNew: (pod: PodHistory) => boolean,
) {
  for (const history of situation.view.histories()) {
    const pod = situation.view.objects.pods.byUid(history.uid)
    if (!isNew(history)) continue
    for (const container of history.containers) {
      const { ends, count } = untold(container, 0, 0)
      if (count === 0 || readState(situation, history, container, pod) === 'down') continue
      const known: Episode = { ...NO_EPISODE, ends }
      yield [KEYS.episode(history.uid, container.container), known] as const
    }
  }
}

/** When the next event of an episode may come: at once, then after 10 minutes, then each hour. */
export function dueAt({ tellings, toldAt }: Pick<Episode, 'tellings' | 'toldAt'>): number {
  if (tellings === 0) return 0
  return toldAt + (tellings === 1 ? SECOND_AFTER : FURTHER_AFTER)
}

function crashed(
  { clusterUid }: ReconcileInput,
  app: AppIdentity,
  pod: PodHistory,
  { container, restarts }: ContainerHistory,
  last: Termination,
  ends: number,
  count: number,
): AppEvent {
  const often = count === 1 ? '' : `, ${count} times since the last event`
  return {
    id: buildEventId(clusterUid, pod.uid, container, ends - 1, 'crashed'),
    kind: 'crashed',
    at: last.at,
    ...ofContainer(app, pod, container),
    restarts,
    count,
    code: resolveCrashCode(last),
    reason: last.reason === '' ? null : last.reason,
    exitCode: last.exitCode,
    message: `Container ${container} of pod ${pod.name} exited with code ${last.exitCode} (${last.reason || 'no reason'})${often}.`,
  }
}

function recovered(
  { clusterUid, now }: ReconcileInput,
  app: AppIdentity,
  pod: PodHistory,
  { container, restarts }: ContainerHistory,
  ends: number,
): AppEvent {
  return {
    id: buildEventId(clusterUid, pod.uid, container, ends - 1, 'recovered'),
    kind: 'recovered',
    at: now,
    ...ofContainer(app, pod, container),
    restarts,
    count: 0,
    code: null,
    reason: null,
    exitCode: null,
    message: `Container ${container} of pod ${pod.name} is running again.`,
  }
}

/** What all events about a container have in common. */
export function ofContainer(
  app: AppIdentity,
  { uid, name }: { readonly uid: string; readonly name: string },
  container: string,
) {
  return {
    namespace: app.namespace,
    app: app.app,
    legacy: app.labelled,
    workload: app.workload,
    dynoType: app.dynoType,
    objectUid: uid,
    pod: name,
    dyno: buildDynoName(name, app),
    container: container === '' ? null : container,
    release: null,
    image: null,
  }
}
