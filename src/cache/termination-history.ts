import type { ContainerHistory, PodHistory, Termination } from '../model/history.ts'
import type { Seconds } from '../model/meta.ts'
import {
  type ContainerKind,
  type ContainerSpec,
  type ContainerStatus,
  listContainers,
  type Pod,
  type Terminated,
} from '../model/pod.ts'
import { DeletedPods } from './deleted-pods.ts'
import { isOfLeaving, leavingSince } from './disruption.ts'
import { IndexedSet } from './indexed-set.ts'
import { mergeOldest } from './terminations.ts'

interface MutableHistory extends PodHistory {
  goneAt: Seconds | null
  containers: Account[]
}

interface Account extends ContainerHistory {
  restarts: number
  terminations: Termination[]
  /** Ends so far, as the status counts them: restartCount, and one more while it is down. */
  ended: number
  /** IDs of the ends that the last status with any has shown; only those can come again. */
  seen: readonly string[]
}

/** Remembers how containers ended, also what a pod's status no longer shows and what no single event showed. */
export class TerminationHistory extends IndexedSet<MutableHistory> {
  readonly #gone = new DeletedPods<MutableHistory>()

  /** Takes over what a pod's status tells. Pods without any end that matters cost nothing. */
  observe(pod: Pod, now: Seconds): void {
    let history = this.byUid(pod.uid)
    if (history === undefined && !pod.containers.some(hasEnded) && !pod.initContainers.some(hasEnded)) return
    const leaving = leavingSince(pod)
    for (const { status, spec, kind } of listContainers(pod)) {
      let account = history?.containers.find(({ container }) => container === status.name)
      const ended = countEnds(status)
      if (account === undefined) {
        if (!matters(status, kind)) continue
        history ??= this.#open(pod)
        account = newAccount(status.name, kind, spec, pod)
        history.containers.push(account)
      }
      settle(account, status, ended, leaving, now)
    }
    if (history !== undefined && history.labels !== pod.labels) this.#relabel(history, pod)
  }

  /** The pod is gone from the cluster: its history is kept for an hour. */
  gone(pod: Pod, now: Seconds): void {
    this.observe(pod, now)
    for (const old of this.#gone.takeOld(now)) this.unlink(old)
    const history = this.byUid(pod.uid)
    if (history !== undefined && history.goneAt === null) {
      history.goneAt = now
      for (const forgotten of this.#gone.add(history)) this.unlink(forgotten)
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
      goneAt: null,
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

/** Ends up to now: restartCount counts the starts after the first, and while it is down the last start has ended too. */
function countEnds({ restarts, state, last }: ContainerStatus): number {
  const down = state.type === 'terminated' || (state.type === 'waiting' && last !== null)
  return restarts + (down ? 1 : 0)
}

/**
 * Whether a status tells of an end worth remembering. Restarts whose ends it does not show come with the next that it
 * shows; an init container that did its work is no news, as most pods of a mesh have one.
 */
function matters({ restarts, state, last }: ContainerStatus, kind: ContainerKind): boolean {
  if (state.type !== 'terminated') return last !== null
  return kind !== 'init' || restarts > 0 || state.exitCode !== 0
}

function newAccount(
  container: string,
  kind: ContainerKind,
  spec: ContainerSpec | undefined,
  pod: Pod,
): Account {
  const own = spec?.restartPolicy ?? ''
  const restartPolicy = own === '' ? pod.spec.restartPolicy : own
  return { container, kind, restartPolicy, restarts: 0, terminations: [], ended: 0, seen: [] }
}

/**
 * Enters the ends that are new since the last status. What restarts happened unseen are taken to be like the next seen.
 * A count that falls began anew (the kubelet lost sight of earlier containers): nobody knows from where, so that only the
 * ends that are shown and were not before are new then.
 */
function settle(
  account: Account,
  status: ContainerStatus,
  ended: number,
  leaving: Seconds | null,
  now: Seconds,
): void {
  const present = status.state.type === 'terminated' ? status.state : null
  const shown = [status.last, present].filter((end) => end !== null)
  const fresh = shown.filter(({ id }) => id === '' || !account.seen.includes(id))
  const beganAnew = status.restarts < account.restarts
  const added = beganAnew ? fresh.length : ended - account.ended
  account.restarts = status.restarts
  if (beganAnew) account.ended = ended
  // Restarts without any end to show come with the next end that is shown.
  if (shown.length === 0) return
  account.seen = shown.map(({ id }) => id)
  if (added <= 0) return
  account.ended = ended
  const enter = (end: Terminated, count: number, at: Seconds, stayed: boolean): void => {
    account.terminations.push(termination(end, count, at, isOfLeaving(leaving, at, stayed)))
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
  mergeOldest(account.terminations)
}

function termination(end: Terminated, count: number, at: Seconds, leaving: boolean): Termination {
  const { startedAt, exitCode, reason } = end
  return { at, startedAt: count === 1 ? startedAt : 0, exitCode, reason, count, leaving }
}
