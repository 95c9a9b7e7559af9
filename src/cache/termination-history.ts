import {
  type ContainerHistory,
  isKubeletEnd,
  type PodHistory,
  RESTARTING_ALL,
  type Termination,
} from '../model/history.ts'
import type { Seconds } from '../model/meta.ts'
import {
  type ContainerKind,
  type ContainerSpec,
  type ContainerStatus,
  listContainers,
  type Pod,
  type Terminated,
} from '../model/pod.ts'
import type { ClusterEvent } from '../model/records.ts'
import { DeletedPods } from './deleted-pods.ts'
import { disruptedSince, isByDisruption } from './disruption.ts'
import { IndexedSet } from './indexed-set.ts'
import { asksForEnds, isAbout, isAskedByEvent, isAskedByPod } from './requested-ends.ts'
import { mergeOldest } from './terminations.ts'

interface MutableHistory extends PodHistory {
  removedAt: Seconds | null
  containers: MutableContainer[]
}

interface MutableContainer extends ContainerHistory {
  restarts: number
  terminations: Termination[]
  /** Ends so far, as the status counts them: restartCount, and one more while it does not run. */
  ended: number
  /** Exit code by which it alone of its pod has all containers restarted; null when others can as well, or it cannot. */
  readonly restartAllCode: number | null
  /** IDs of the ends that the last status with any has shown; only those can come again. */
  seen: readonly string[]
}

/** Remembers how containers ended, also what a pod's status no longer shows and what no single event showed. */
export class TerminationHistory extends IndexedSet<MutableHistory> {
  readonly #removed = new DeletedPods<MutableHistory>()

  /**
   * Records the ends that a pod's status shows. A pod without any end that matters takes no memory. `before`: the same pod as it
   * was shown before, when it was.
   */
  observe(pod: Pod, now: Seconds, before: Pod | null = null): void {
    let history = this.byUid(pod.uid)
    if (history === undefined && !pod.containers.some(hasEnded) && !pod.initContainers.some(hasEnded)) return
    const disrupted = disruptedSince(pod)
    for (const { status, spec, kind } of listContainers(pod)) {
      let container = history?.containers.find((known) => known.container === status.name)
      const ended = countEnds(status)
      if (container === undefined) {
        if (!matters(status, kind)) continue
        history ??= this.#open(pod)
        container = newContainer(status.name, kind, spec, pod)
        history.containers.push(container)
      }
      const isDisrupted = (end: Terminated, at: Seconds, stayed: boolean): boolean =>
        isByDisruption(disrupted, at, stayed) || isAskedByPod(end, { spec, kind }, pod, before)
      recordEnds(container, status, ended, isDisrupted, now)
    }
    if (history !== undefined && history.labels !== pod.labels) this.#relabel(history, pod)
  }

  /** Notes ends that the kubelet's event says were asked for; it may come before or after the status that shows them. */
  noteEvent(event: ClusterEvent): void {
    if (!asksForEnds(event) || event.owner === null) return
    for (const container of this.byUid(event.owner.uid)?.containers ?? []) {
      if (!isAbout(event, container)) continue
      container.terminations = container.terminations.map((end) =>
        !end.disrupted && isAskedByEvent(end, event) ? { ...end, disrupted: true } : end,
      )
    }
  }

  /** The pod was removed from the cluster; its history is kept for an hour. */
  removePod(pod: Pod, now: Seconds): void {
    this.observe(pod, now)
    for (const old of this.#removed.takeOld(now)) this.unlink(old)
    const history = this.byUid(pod.uid)
    if (history !== undefined && history.removedAt === null) {
      history.removedAt = now
      for (const forgotten of this.#removed.add(history)) this.unlink(forgotten)
    }
  }

  #open(pod: Pod): MutableHistory {
    const { uid, namespace, name, labels, owner, createdAt } = pod
    const history: MutableHistory = {
      uid,
      namespace,
      name,
      labels,
      owner,
      createdAt,
      removedAt: null,
      containers: [],
    }
    this.link(history)
    return history
  }

  #relabel(history: MutableHistory, { labels, owner }: Pod): void {
    this.unlink(history)
    this.link({ ...history, labels, owner })
  }
}

function hasEnded({ state, last }: ContainerStatus): boolean {
  return last !== null || state.type === 'terminated'
}

/**
 * Ends up to now: restartCount counts the starts after the first; while it does not run, the last start has ended too. A
 * kubelet that gives a reason of its own to the end has counted the coming start already.
 */
function countEnds({ restarts, state, last }: ContainerStatus): number {
  if (state.type === 'terminated') return restarts + (state.reason === RESTARTING_ALL ? 0 : 1)
  const isStopped = state.type === 'waiting' && last !== null && !isKubeletEnd(last.reason)
  return restarts + (isStopped ? 1 : 0)
}

/**
 * Whether a status shows an end worth remembering. Restarts whose ends it does not show are counted with the next end that
 * it shows. An init container that succeeded is not worth it: most pods of a mesh have one.
 */
function matters({ restarts, state, last }: ContainerStatus, kind: ContainerKind): boolean {
  if (state.type !== 'terminated') return last !== null
  return kind !== 'init' || restarts > 0 || state.exitCode !== 0
}

function newContainer(
  container: string,
  kind: ContainerKind,
  spec: ContainerSpec | undefined,
  pod: Pod,
): MutableContainer {
  const own = spec?.restartPolicy ?? ''
  const restartPolicy = own === '' ? pod.spec.restartPolicy : own
  const restartAllCode = spec === undefined ? null : readRestartAllCode(spec, pod)
  return { container, kind, restartPolicy, restarts: 0, terminations: [], ended: 0, restartAllCode, seen: [] }
}

/** Shown instead of the code of a container that was removed. */
const REMOVED_CODE = 137

function readRestartAllCode(
  spec: ContainerSpec,
  { spec: { initContainers, containers } }: Pod,
): number | null {
  const restartAll = ({ restartRules }: ContainerSpec) =>
    restartRules.find(({ action }) => action === 'RestartAllContainers')
  const rule = restartAll(spec)
  const others = [...initContainers, ...containers].filter(({ name }) => name !== spec.name)
  if (rule === undefined || others.some((other) => restartAll(other) !== undefined)) return null
  const [code = REMOVED_CODE, ...further] = rule.exitCodes
  return rule.operator === 'In' && further.length === 0 ? code : REMOVED_CODE
}

/**
 * Records the ends that are new since the last status. Restarts that no status showed are recorded like the next end that
 * one shows. When restartCount falls, the kubelet has lost earlier containers and counts from an unknown number: then only
 * the ends that this status shows and the last one did not are new.
 */
function recordEnds(
  container: MutableContainer,
  status: ContainerStatus,
  ended: number,
  isDisrupted: (end: Terminated, at: Seconds, stayed: boolean) => boolean,
  now: Seconds,
): void {
  const present = status.state.type === 'terminated' ? status.state : null
  const shown = [status.last, present].filter((end) => end !== null)
  const fresh = shown.filter(({ id }) => id === '' || !container.seen.includes(id))
  const beganAnew = status.restarts < container.restarts
  const added = beganAnew ? fresh.length : ended - container.ended
  container.restarts = status.restarts
  if (beganAnew) container.ended = ended
  // Restarts without an end in the status are recorded with the next end that a status shows.
  if (shown.length === 0) return
  container.seen = shown.map(({ id }) => id)
  if (added <= 0) return
  container.ended = ended
  const enter = (end: Terminated, count: number, at: Seconds, stayed: boolean): void => {
    const own = readOwnEnd(end, container.restartAllCode)
    container.terminations.push(termination(own, count, at, isDisrupted(end, at, stayed)))
  }
  const visible = fresh.slice(-added)
  for (const [index, end] of visible.entries()) {
    const unseen = index === 0 ? added - visible.length : 0
    if (unseen > 0) enter(end, unseen, end.startedAt || end.finishedAt || now, false)
    enter(end, 1, end.finishedAt || now, end === present)
  }
  const known = shown.at(-1)
  if (visible.length === 0 && known !== undefined)
    enter(known, added, known.finishedAt || now, known === present)
  mergeOldest(container.terminations)
}

/**
 * A kubelet in a hurry removes all containers before it has reported the exit that made it do so. It was the exit of the
 * only container that can have all restarted.
 */
function readOwnEnd(end: Terminated, restartAllCode: number | null): Terminated {
  if (end.reason !== RESTARTING_ALL || restartAllCode === null) return end
  return { ...end, reason: 'Error', exitCode: restartAllCode }
}

function termination(end: Terminated, count: number, at: Seconds, disrupted: boolean): Termination {
  const { startedAt, exitCode, reason } = end
  return { at, startedAt: count === 1 ? startedAt : 0, exitCode, reason, count, disrupted }
}
