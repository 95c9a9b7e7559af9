import type { PodHistory, Termination } from '../model/history.ts'
import type { Seconds } from '../model/meta.ts'
import {
  type ContainerKind,
  type ContainerPart,
  type ContainerSpec,
  type ContainerStatus,
  listContainers,
  type Pod,
  type Terminated,
} from '../model/pod.ts'
import type { ClusterEvent, Node } from '../model/records.ts'
import type { Context } from './context.ts'
import { isCrash, restartsAfter } from './restart-policy.ts'

/** A pod with its history and its events. */
export interface PodFacts {
  readonly pod: Pod
  readonly history: PodHistory | undefined
  /** Events about the pod; empty when events can't be read. */
  readonly events: readonly ClusterEvent[]
  /** Its node; `gone` when the cluster has no such node any more. Absent when nothing is known of it. */
  readonly node?: NodeFacts
}

/** What the cluster says of a node. */
export type NodeFacts = Node | 'gone'

/** A container of a pod, with its ends since the baseline. */
export interface ContainerFacts {
  readonly pod: Pod
  readonly spec: ContainerSpec | undefined
  readonly status: ContainerStatus
  readonly kind: ContainerKind
  /** Ends since the baseline that are crashes, oldest first. */
  readonly crashes: readonly Termination[]
  /** Their number: one entry may stand for several. */
  readonly crashCount: number
  /** The crashes after which it was restarted. */
  readonly restarts: number
  /** Its last end, if that was a crash since the baseline. */
  readonly lastCrash: Terminated | null
  /** It ended and does not run again yet. */
  readonly stopped: boolean
  /** Nothing will start it again. */
  readonly final: boolean
  readonly events: readonly ClusterEvent[]
}

/** The containers in scope. */
export function containerFacts(facts: PodFacts, context: Context): ContainerFacts[] {
  return containerParts(facts.pod, context.scope.container).map((one) => complete(facts, one, context))
}

/** The containers of a pod, or the one of that name. */
export function containerParts(pod: Pod, wanted: string | null): ContainerPart[] {
  return listContainers(pod).filter(({ status }) => wanted === null || status.name === wanted)
}

function complete(
  { pod, history, events }: PodFacts,
  part: ContainerPart,
  { scope }: Context,
): ContainerFacts {
  const { status, spec, kind } = part
  const account = history?.containers.find(({ container }) => container === status.name)
  const since = scope.since ?? 0
  const ends = account?.terminations ?? shownEnds(status)
  const crashes = ends.filter((end) => end.at >= since && isCrash(end, kind, spec, pod.spec.restartPolicy))
  const crashCount = crashes.reduce((sum, { count }) => sum + count, 0)
  const { state, last } = status
  const stopped =
    state.type !== 'running' && (state.type === 'terminated' || last !== null || status.restarts > 0)
  const end = state.type === 'terminated' ? state : last
  const lastCrash =
    end !== null &&
    end.finishedAt >= since &&
    crashCount > 0 &&
    isCrash({ ...end, disrupted: wasAskedFor(end, ends) }, kind, spec, pod.spec.restartPolicy)
      ? end
      : null
  return {
    pod,
    spec,
    status,
    kind,
    crashes,
    crashCount,
    restarts: Math.max(0, crashCount - (stopped ? 1 : 0)),
    lastCrash,
    stopped,
    final: end !== null && stopped && !restartsAfter(end, kind, spec, pod.spec.restartPolicy),
    events,
  }
}

/** Whether the history knows that an end of the status was asked for. */
export function wasAskedFor({ finishedAt }: Terminated, ends: readonly Termination[]): boolean {
  const last = ends.at(-1)
  return last?.disrupted === true && last.at === finishedAt
}

/** The ends that the status shows, for pods without a history: the last one stands for all. */
function shownEnds({ restarts, state, last }: ContainerStatus): Termination[] {
  const end = state.type === 'terminated' ? state : last
  if (end === null) return []
  const count = restarts + (state.type === 'running' ? 0 : 1)
  const { startedAt, finishedAt, exitCode, reason } = end
  return [{ at: finishedAt, startedAt, exitCode, reason, count: Math.max(1, count), disrupted: false }]
}

/** The earliest moment at which a waiting container can have begun to fail: what comes before it was done by then. */
export function waitingSince({ pod, status }: Pick<ContainerFacts, 'pod' | 'status'>): Seconds {
  const inits = pod.initContainers.map(({ state }) => (state.type === 'terminated' ? state.finishedAt : 0))
  const notReadySince = pod.ready ? 0 : pod.readySince
  return Math.max(pod.createdAt, notReadySince, status.last?.finishedAt ?? 0, ...inits)
}
