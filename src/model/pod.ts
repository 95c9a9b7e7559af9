import type { Condition, Meta, Seconds } from './meta.ts'

/** A pod, reduced to what the rules read. */
export interface Pod extends Meta {
  /** Name of the node, empty while unscheduled. */
  readonly node: string
  /** Pending, Running, Succeeded, Failed or Unknown. */
  readonly phase: string
  /** status.reason, e.g. Evicted; mostly empty. */
  readonly reason: string
  readonly message: string
  readonly ready: boolean
  /** When the Ready condition last changed; 0 when there is none. */
  readonly readySince: Seconds
  /** When it was asked to go; absent while it is not, or when the API server does not say. `deletedAt`: when its grace ends. */
  readonly deletionAskedAt?: Seconds
  /** The node on which the scheduler makes room for it; absent when there is none. */
  readonly nominatedNode?: string
  /** The names of its scheduling gates; absent when it has none. */
  readonly schedulingGates?: readonly string[]
  /**
   * Conditions that are not simply True, DisruptionTarget and PodResizeInProgress. A readiness gate without a condition has
   * one here with an empty status. Empty for a healthy pod.
   */
  readonly conditions: readonly Condition[]
  /** Shared by the pods of a template. */
  readonly spec: PodSpec
  readonly containers: readonly ContainerStatus[]
  readonly initContainers: readonly ContainerStatus[]
}

/** `init` runs to its end before the others start; `sidecar` is an init container that runs as long as the pod. */
export type ContainerKind = 'init' | 'sidecar' | 'app'

/** A container by its pod's status and spec. */
export interface ContainerPart {
  readonly status: ContainerStatus
  /** Undefined only where status and spec do not fit together. */
  readonly spec: ContainerSpec | undefined
  readonly kind: ContainerKind
}

/** The containers of a pod that have a status: init containers first, as they run first. Ephemeral ones never count. */
export function listContainers({ spec, initContainers, containers }: Pod): ContainerPart[] {
  const find = (specs: readonly ContainerSpec[], wanted: string) => specs.find(({ name }) => name === wanted)
  return [
    ...initContainers.map((status) => {
      const own = find(spec.initContainers, status.name)
      return { status, spec: own, kind: own?.restartPolicy === 'Always' ? 'sidecar' : 'init' } as const
    }),
    ...containers.map((status) => {
      return { status, spec: find(spec.containers, status.name), kind: 'app' } as const
    }),
  ]
}

export interface PodSpec {
  /** Always, OnFailure or Never. */
  readonly restartPolicy: string
  readonly containers: readonly ContainerSpec[]
  readonly initContainers: readonly ContainerSpec[]
  /** Types of the conditions that must be True before the pod is ready; absent where there are none. */
  readonly readinessGates?: readonly string[]
}

export interface ContainerSpec {
  readonly name: string
  /** The container's own restartPolicy; empty when the pod's holds. On an init container `Always` makes a sidecar. */
  readonly restartPolicy: string
  readonly restartRules: readonly RestartRule[]
  readonly readinessProbe: boolean
  /** How long its startup probe may fail before the kubelet kills it, seconds; absent without a startup probe. */
  readonly startupSeconds?: Seconds
}

/** Whether a restart rule names an exit code: with it the program asks to be started again in its pod. */
export function isRestartAsked({ restartRules }: ContainerSpec, exitCode: number): boolean {
  return restartRules.some(
    ({ action, operator, exitCodes }) =>
      action === 'Restart' && operator === 'In' && exitCodes.includes(exitCode),
  )
}

/** One of a container's restartPolicyRules (Kubernetes 1.34; on by default since 1.35). */
interface RestartRule {
  /** Restart, RestartAllContainers. */
  readonly action: string
  /** In or NotIn. */
  readonly operator: string
  readonly exitCodes: readonly number[]
}

export interface ContainerStatus {
  readonly name: string
  readonly ready: boolean
  readonly restarts: number
  readonly state: ContainerState
  /** How it ended last time; null when it never ended. */
  readonly last: Terminated | null
}

export type ContainerState = Waiting | Running | Terminated

export interface Waiting {
  readonly type: 'waiting'
  readonly reason: string
  readonly message: string
}

export interface Running {
  readonly type: 'running'
  readonly startedAt: Seconds
}

export interface Terminated {
  readonly type: 'terminated'
  /** The end of the container ID, by which two otherwise equal ends differ; empty when no container was created. */
  readonly id: string
  readonly exitCode: number
  readonly reason: string
  /** Only what the runtime wrote (StartError and the like): what the program wrote may hold secrets. */
  readonly message: string
  readonly startedAt: Seconds
  readonly finishedAt: Seconds
}

/** Reasons of failed pods that no node gave: the pod's own deadline. */
const OWN_REASONS: ReadonlySet<string> = new Set(['DeadlineExceeded'])

/** Whether a failed pod has this reason by itself. */
export function isOwnReason(reason: string): boolean {
  return OWN_REASONS.has(reason)
}

/** A pod that was ready later than this after it was made has run, though its status may show nothing of that, seconds. */
const MAX_ADMISSION_SECONDS = 60

/** Whether a node refused this pod: it failed, and no container was ever started. */
export function isRefused(pod: Pod): boolean {
  const { phase, reason, owner, createdAt, readySince, containers, initContainers } = pod
  if (phase !== 'Failed' || OWN_REASONS.has(reason) || owner?.kind === 'Node') return false
  if (readySince - createdAt > MAX_ADMISSION_SECONDS) return false
  const neverRan = ({ state, last }: ContainerStatus): boolean => state.type === 'waiting' && last === null
  return containers.every(neverRan) && initContainers.every(neverRan)
}
