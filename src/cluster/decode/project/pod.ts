import type { Condition, Seconds } from '../../../model/meta.ts'
import type {
  ContainerSpec,
  ContainerState,
  ContainerStatus,
  Pod,
  PodSpec,
  Running,
  Terminated,
} from '../../../model/pod.ts'
import { Pool } from '../intern.ts'
import type * as slim from '../slim.generated.ts'
import { type MetaProjector, NO_CONDITIONS, plainMeta, seconds } from './meta.ts'

/** Ends whose message the program itself wrote (its termination log): not kept, it may hold secrets. */
const PROGRAM_ENDS: ReadonlySet<string> = new Set(['Error', 'Completed', 'OOMKilled'])
/** Characters of a container ID that are kept: 48 bits tell the ends of one container apart. */
const CONTAINER_ID_TAIL = 12
const NO_CONTAINERS: readonly ContainerStatus[] = Object.freeze([])
/** A readiness gate that nothing has set yet. */
const MISSING = { status: '', reason: '', message: '', since: 0, updatedAt: 0 } as const
const UNKNOWN_STATE: ContainerState = Object.freeze({ type: 'waiting', reason: '', message: '' })
const EMPTY_SPEC: slim.PodSpec = {
  containers: [],
  restartPolicy: '',
  nodeName: '',
  initContainers: [],
  readinessGates: [],
  schedulingGates: [],
}

/** Projects pods; most of a cluster's objects, so whatever is equal in two of them is shared. */
export class PodProjector {
  readonly #meta: MetaProjector
  readonly #specs = new Pool<string, PodSpec>()
  readonly #running = new Pool<number, Running>()
  /** By the type of the condition. */
  readonly #missingGates = new Pool<string, Condition>()
  /** By container name, then by the second of the start. */
  readonly #healthy = new Pool<string, Pool<number, ContainerStatus>>()

  constructor(meta: MetaProjector) {
    this.#meta = meta
  }

  pod(message: slim.Pod): Pod {
    const { status } = message
    const spec = message.spec ?? EMPTY_SPEC
    const ready = status?.conditions.find(({ type }) => type === 'Ready')
    const meta = plainMeta(message.metadata, this.#meta)
    const pod = {
      namespace: meta.namespace,
      name: meta.name,
      uid: meta.uid,
      resourceVersion: meta.resourceVersion,
      createdAt: meta.createdAt,
      deletedAt: meta.deletedAt,
      labels: meta.labels,
      owner: meta.owner,
      node: this.#meta.text(spec.nodeName),
      phase: status?.phase ?? '',
      reason: status?.reason ?? '',
      message: this.#meta.text(status?.message ?? ''),
      ready: ready?.status === 'True',
      readySince: seconds(ready?.lastTransitionTime ?? null),
      conditions: this.#conditions(status?.conditions ?? [], spec.readinessGates),
      spec: this.#spec(spec),
      containers: this.#containers(status?.containerStatuses ?? []),
      initContainers: this.#containers(status?.initContainerStatuses ?? []),
    }
    // Few pods have any of these, and a field costs all of them.
    const rare = rareFields(message, meta.deletedAt)
    return rare === null ? pod : { ...pod, ...rare }
  }

  #conditions(
    conditions: readonly slim.PodCondition[],
    gates: readonly slim.PodReadinessGate[],
  ): readonly Condition[] {
    const telling = conditions.filter(tellsSomething).map((condition) => this.#meta.condition(condition))
    for (const { conditionType } of gates)
      if (!conditions.some(({ type }) => type === conditionType)) telling.push(this.#missing(conditionType))
    return telling.length === 0 ? NO_CONDITIONS : telling
  }

  #missing(type: string): Condition {
    const known = this.#missingGates.get(type)
    return known ?? this.#missingGates.keep(type, Object.freeze({ ...MISSING, type }))
  }

  #spec(spec: slim.PodSpec): PodSpec {
    let key = spec.restartPolicy
    for (const container of spec.initContainers) key += `|i${containerKey(container)}`
    for (const container of spec.containers) key += `|c${containerKey(container)}`
    for (const { conditionType } of spec.readinessGates) key += `|g${conditionType}`
    const known = this.#specs.get(key)
    if (known !== undefined) return known
    return this.#specs.keep(key, {
      restartPolicy: spec.restartPolicy === '' ? 'Always' : spec.restartPolicy,
      containers: spec.containers.map(containerSpec),
      initContainers: spec.initContainers.map(containerSpec),
      ...(spec.readinessGates.length === 0
        ? {}
        : { readinessGates: spec.readinessGates.map(({ conditionType }) => conditionType) }),
    })
  }

  #containers(statuses: readonly slim.ContainerStatus[]): readonly ContainerStatus[] {
    if (statuses.length === 0) return NO_CONTAINERS
    return statuses.map((status) => this.#container(status))
  }

  #container(status: slim.ContainerStatus): ContainerStatus {
    const { name, ready, restartCount: restarts, state, lastState } = status
    const since = state?.running?.startedAt ?? null
    if (!ready || restarts > 0 || since === null || lastState?.terminated) {
      return { name, ready, restarts, state: this.#state(state), last: this.#last(lastState) }
    }
    return this.#healthySince(name, since.seconds)
  }

  /** A container that never ended and runs. Pods of a version start together: those of the same second share their status. */
  #healthySince(name: string, since: Seconds): ContainerStatus {
    const healthy = this.#healthy.get(name) ?? this.#healthy.keep(name, new Pool())
    const known = healthy.get(since)
    if (known !== undefined) return known
    const state = this.#runningSince(since)
    return healthy.keep(since, { name, ready: true, restarts: 0, state, last: null })
  }

  #state(state: slim.ContainerState | null): ContainerState {
    if (state === null) return UNKNOWN_STATE
    const { running, terminated, waiting } = state
    if (running !== null) return this.#runningSince(seconds(running.startedAt))
    if (terminated !== null) return this.#terminated(terminated)
    if (waiting === null) return UNKNOWN_STATE
    return { type: 'waiting', reason: waiting.reason, message: this.#meta.text(waiting.message) }
  }

  #runningSince(startedAt: Seconds): Running {
    const known = this.#running.get(startedAt)
    return known ?? this.#running.keep(startedAt, Object.freeze({ type: 'running', startedAt }))
  }

  #last(state: slim.ContainerState | null): Terminated | null {
    const terminated = state?.terminated ?? null
    return terminated === null ? null : this.#terminated(terminated)
  }

  #terminated(end: slim.ContainerStateTerminated): Terminated {
    return {
      type: 'terminated',
      id: end.containerID.slice(-CONTAINER_ID_TAIL),
      exitCode: end.exitCode,
      reason: end.reason,
      message: PROGRAM_ENDS.has(end.reason) ? '' : this.#meta.text(end.message),
      startedAt: seconds(end.startedAt),
      finishedAt: seconds(end.finishedAt),
    }
  }
}

type RareFields = Pick<Pod, 'deletionAskedAt' | 'nominatedNode' | 'schedulingGates'>

function rareFields({ metadata, spec, status }: slim.Pod, deletedAt: Seconds | null): RareFields | null {
  const grace = metadata?.deletionGracePeriodSeconds ?? null
  const gates = spec?.schedulingGates ?? []
  const nominatedNode = status?.nominatedNodeName ?? ''
  if (deletedAt === null && gates.length === 0 && nominatedNode === '') return null
  return {
    ...(deletedAt === null || grace === null ? {} : { deletionAskedAt: deletedAt - grace }),
    ...(nominatedNode === '' ? {} : { nominatedNode }),
    ...(gates.length === 0 ? {} : { schedulingGates: gates.map(({ name }) => name) }),
  }
}

/** Conditions that matter while they are True. */
const KEPT_WHEN_TRUE: ReadonlySet<string> = new Set(['DisruptionTarget', 'PodResizeInProgress'])

/** Whether a condition says more than that all is well. */
function tellsSomething({ type, status }: slim.PodCondition): boolean {
  return status !== 'True' || KEPT_WHEN_TRUE.has(type)
}

function containerKey(container: slim.Container): string {
  const rules = container.restartPolicyRules
  const probe = container.readinessProbe === null ? '' : 'r'
  return `${container.name},${container.restartPolicy},${probe},${startupSeconds(container.startupProbe)}${rules.length === 0 ? '' : JSON.stringify(rules)}`
}

function containerSpec(container: slim.Container): ContainerSpec {
  return {
    name: container.name,
    restartPolicy: container.restartPolicy,
    restartRules: container.restartPolicyRules.map(({ action, exitCodes }) => ({
      action,
      operator: exitCodes?.operator ?? '',
      exitCodes: [...(exitCodes?.values ?? [])],
    })),
    readinessProbe: container.readinessProbe !== null,
    ...(container.startupProbe === null ? {} : { startupSeconds: startupSeconds(container.startupProbe) }),
  }
}

/** Defaults of the API for a probe that does not say; the server fills them in itself. */
const DEFAULT_PERIOD_SECONDS = 10
const DEFAULT_FAILURE_THRESHOLD = 3

function startupSeconds(probe: slim.StartupProbe | null): Seconds {
  if (probe === null) return 0
  const { initialDelaySeconds, periodSeconds, failureThreshold } = probe
  const tries = failureThreshold || DEFAULT_FAILURE_THRESHOLD
  return initialDelaySeconds + (periodSeconds || DEFAULT_PERIOD_SECONDS) * tries
}
