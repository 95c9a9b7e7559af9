import { type Context, DEFAULT_SCOPE } from '../../classify/context.ts'
import { LYNCEUS } from '../../classify/policies/lynceus.ts'
import { isUnsettled } from '../../classify/rules/crash.ts'
import { isCrash } from '../../classify/rules/crash-accounting.ts'
import { containerFacts } from '../../classify/rules/facts.ts'
import type { ContainerHistory, PodHistory, Termination } from '../../model/history.ts'
import type { Pod } from '../../model/pod.ts'
import { type AppEvent, eventId } from '../event.ts'
import { type Episode, episodeIn, KEYS } from '../ledger.ts'
import { type AppIdentity, appOfPod, dynoOf } from './app.ts'
import { codeOfEnd } from './legacy-code.ts'
import { isSelected, type Situation, type Step } from './source.ts'

/** Of a container that crashes on and on: the second event after so long, each further one after the last, seconds. */
const SECOND_AFTER = 600
const FURTHER_AFTER = 3600

export const NO_EPISODE: Episode = {
  type: 'episode',
  crashes: 0,
  tellings: 0,
  toldAt: 0,
  open: false,
  states: [],
}

/** Crashes that are due, of pods that are there and of those that are gone, and the recoveries from them. */
export function* crashSteps(situation: Situation): Iterable<Step> {
  for (const history of situation.view.histories()) {
    if (!isSelected(situation.selection, history)) continue
    const app = appOfPod(history, situation.view)
    const pod = situation.view.objects.pods.byUid(history.uid)
    for (const container of history.containers) {
      const step = containerStep(situation, app, history, container, pod)
      if (step !== null) yield step
    }
  }
}

function containerStep(
  situation: Situation,
  app: AppIdentity,
  history: PodHistory,
  container: ContainerHistory,
  pod: Pod | undefined,
): Step | null {
  const { ledger, now, beganAt } = situation
  const crashes = container.terminations.filter((end) =>
    isCrash(end, container.kind, undefined, container.restartPolicy),
  )
  const last = crashes.at(-1)
  if (last === undefined) return null
  const episode = episodeIn(ledger, history.uid, container.container)
  const total = sum(crashes)
  const state = stateOf(situation, history, container, pod)
  const untold =
    episode !== undefined
      ? total - episode.crashes
      : state === 'down'
        ? total
        : sum(crashes.filter(({ at }) => at >= Math.floor(beganAt)))
  const before = episode ?? NO_EPISODE
  const due = untold > 0 && (state !== 'down' || now >= dueAt(before))
  const events: AppEvent[] = due ? [crashed(situation, app, history, container, last, total, untold)] : []
  const recovers = state === 'up' && (before.open || due)
  if (recovers) events.push(recovered(situation, app, history, container, total))
  // Of a pod that is gone nothing can recover; its episode ends with its history.
  if (events.length === 0) return null
  const after: Episode = {
    ...before,
    crashes: due ? total : before.crashes,
    tellings: recovers ? 0 : before.tellings + 1,
    toldAt: due ? now : before.toldAt,
    open: !recovers && state !== 'gone',
  }
  return {
    objectUid: history.uid,
    events,
    entries: [[KEYS.episode(history.uid, container.container), after]],
  }
}

/** `down`: it may crash again. `up`: it has proven to stay up. `gone`: nobody will hear of it any more. */
type State = 'down' | 'up' | 'gone'

function stateOf(
  { view, now }: Situation,
  history: PodHistory,
  { container }: ContainerHistory,
  pod: Pod | undefined,
): State {
  if (pod === undefined || pod.deletedAt !== null) return 'gone'
  const context: Context = { policy: LYNCEUS, now, scope: DEFAULT_SCOPE, owner: 'controller' }
  const facts = containerFacts({ pod, history: view.historyOf(history.uid), events: [] }, context)
  const own = facts.find(({ status }) => status.name === container)
  if (own === undefined) return 'gone'
  const { state } = own.status
  // An init container that ended well after it had failed is as good as one that runs.
  if (state.type === 'terminated' && state.exitCode === 0 && own.lastCrash === null) return 'up'
  return state.type !== 'running' || isUnsettled(own, context) ? 'down' : 'up'
}

/** When the next event of an episode may come: at once, then after 10 minutes, then each hour. */
export function dueAt({ tellings, toldAt }: Pick<Episode, 'tellings' | 'toldAt'>): number {
  if (tellings === 0) return 0
  return toldAt + (tellings === 1 ? SECOND_AFTER : FURTHER_AFTER)
}

function sum(ends: readonly Termination[]): number {
  return ends.reduce((total, { count }) => total + count, 0)
}

function crashed(
  { clusterUid }: Situation,
  app: AppIdentity,
  pod: PodHistory,
  { container, restarts }: ContainerHistory,
  last: Termination,
  total: number,
  count: number,
): AppEvent {
  const often = count === 1 ? '' : `, ${count} times since the last event`
  return {
    id: eventId(clusterUid, pod.uid, container, total - 1, 'crashed'),
    kind: 'crashed',
    at: last.at,
    ...ofContainer(app, pod, container),
    restarts,
    count,
    code: codeOfEnd(last),
    reason: last.reason === '' ? null : last.reason,
    exitCode: last.exitCode,
    message: `Container ${container} of pod ${pod.name} ended with code ${last.exitCode} (${last.reason || 'no reason'})${often}.`,
  }
}

function recovered(
  { clusterUid, now }: Situation,
  app: AppIdentity,
  pod: PodHistory,
  { container, restarts }: ContainerHistory,
  total: number,
): AppEvent {
  return {
    id: eventId(clusterUid, pod.uid, container, total - 1, 'recovered'),
    kind: 'recovered',
    at: now,
    ...ofContainer(app, pod, container),
    restarts,
    count: 0,
    code: null,
    reason: null,
    exitCode: null,
    message: `Container ${container} of pod ${pod.name} runs again.`,
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
    dyno: dynoOf(name, app),
    container: container === '' ? null : container,
    release: null,
    image: null,
  }
}
