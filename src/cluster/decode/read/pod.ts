import type { Condition } from '../../../model/meta.ts'
import type { ContainerStatus, Pod, PodSpec } from '../../../model/pod.ts'
import type { InterningReader } from '../interning-reader.ts'
import { messageType } from '../messages.ts'
import { type MetaProjector, NO_CONDITIONS, NO_LABELS } from '../project/meta.ts'
import { NO_CONTAINERS, NO_SPEC, type PodProjector } from '../project/pod.ts'
import { type Draft, endOf, lengthDelimited, readTime, varint } from './fields.ts'
import { MetaReader } from './meta.ts'

// Fields of Pod and of its parts, as in slim.proto.
const METADATA = lengthDelimited(1)
const SPEC = lengthDelimited(2)
const STATUS = lengthDelimited(3)
const SPEC_CONTAINERS = lengthDelimited(2)
const SPEC_RESTART_POLICY = lengthDelimited(3)
const SPEC_NODE_NAME = lengthDelimited(10)
const SPEC_INIT_CONTAINERS = lengthDelimited(20)
const CONTAINER_NAME = lengthDelimited(1)
const CONTAINER_READINESS_PROBE = lengthDelimited(11)
const CONTAINER_STARTUP_PROBE = lengthDelimited(22)
const CONTAINER_RESTART_POLICY = lengthDelimited(24)
const CONTAINER_RESTART_RULES = lengthDelimited(25)
const STATUS_PHASE = lengthDelimited(1)
const STATUS_CONDITIONS = lengthDelimited(2)
const STATUS_MESSAGE = lengthDelimited(3)
const STATUS_REASON = lengthDelimited(4)
const STATUS_CONTAINERS = lengthDelimited(8)
const STATUS_INIT_CONTAINERS = lengthDelimited(10)
const CONDITION_TYPE = lengthDelimited(1)
const CONDITION_STATUS = lengthDelimited(2)
const CONDITION_SINCE = lengthDelimited(4)
const END_NAME = lengthDelimited(1)
const END_STATE = lengthDelimited(2)
const END_LAST_STATE = lengthDelimited(3)
const END_READY = varint(4)
const END_RESTARTS = varint(5)
const END_STARTED = varint(9)
const STATE_RUNNING = lengthDelimited(2)
const RUNNING_SINCE = lengthDelimited(1)

const podSpec = messageType('PodSpec')
const podCondition = messageType('PodCondition')
const containerStatus = messageType('ContainerStatus')

/** Of a container that does anything but simply run. */
const NOT_RUNNING = -1

/**
 * Reads pods, most of a cluster's objects, from their bytes straight to records. What most pods share (a template's spec,
 * conditions that are simply True, containers that simply run) is recognised without making anything; whatever is unusual
 * is decoded by slim.proto and projected by PodProjector, which read every field. Both give equal records (tested).
 */
export class PodReader {
  readonly #meta: MetaReader
  readonly #texts: MetaProjector
  readonly #pods: PodProjector

  constructor(meta: MetaProjector, pods: PodProjector) {
    this.#meta = new MetaReader(meta)
    this.#texts = meta
    this.#pods = pods
  }

  /** Reads a message of `length` bytes. Throws on malformed bytes. */
  read(reader: InterningReader, length: number): Pod {
    const end = reader.pos + length
    const draft = blank()
    while (reader.pos < end) {
      const tag = reader.uint32()
      if (tag === METADATA) this.#meta.read(reader, end, draft)
      else if (tag === SPEC) this.#spec(reader, end, draft)
      else if (tag === STATUS) this.#status(reader, end, draft)
      else reader.skipType(tag & 7)
    }
    return draft
  }

  #spec(reader: InterningReader, enclosing: number, draft: Draft<Pod>): void {
    const end = endOf(reader, enclosing)
    const start = reader.pos
    let restartPolicy = ''
    let containers = ''
    let usual = true
    while (reader.pos < end) {
      const tag = reader.uint32()
      if (tag === SPEC_CONTAINERS) {
        const key = containerKey(reader, end)
        containers += key
        usual &&= key !== ''
      } else if (tag === SPEC_RESTART_POLICY) restartPolicy = reader.string()
      else if (tag === SPEC_NODE_NAME) draft.node = this.#texts.text(reader.string())
      else {
        usual &&= tag !== SPEC_INIT_CONTAINERS
        reader.skipType(tag & 7)
      }
    }
    draft.spec =
      (usual ? this.#pods.knownSpec(restartPolicy + containers) : undefined) ??
      this.#anySpec(reader, start, end)
  }

  #anySpec(reader: InterningReader, start: number, end: number): PodSpec {
    reader.pos = start
    return this.#pods.spec(podSpec.decode(reader, end - start))
  }

  #status(reader: InterningReader, enclosing: number, draft: Draft<Pod>): void {
    const end = endOf(reader, enclosing)
    let conditions: readonly Condition[] | null = null
    let containers: readonly ContainerStatus[] | null = null
    let initContainers: readonly ContainerStatus[] | null = null
    while (reader.pos < end) {
      const tag = reader.uint32()
      switch (tag) {
        case STATUS_PHASE:
          draft.phase = reader.string()
          break
        case STATUS_CONDITIONS: {
          const condition = this.#condition(reader, end, draft)
          if (condition !== null) conditions = append(conditions, condition)
          break
        }
        case STATUS_MESSAGE:
          draft.message = this.#texts.text(reader.string())
          break
        case STATUS_REASON:
          draft.reason = reader.string()
          break
        case STATUS_CONTAINERS:
          containers = append(containers, this.#container(reader, end))
          break
        case STATUS_INIT_CONTAINERS:
          initContainers = append(initContainers, this.#container(reader, end))
          break
        default:
          reader.skipType(tag & 7)
      }
    }
    draft.conditions = conditions ?? NO_CONDITIONS
    draft.containers = containers ?? NO_CONTAINERS
    draft.initContainers = initContainers ?? NO_CONTAINERS
  }

  /** A condition that tells something; null for one that is simply True. That of readiness goes into the draft. */
  #condition(reader: InterningReader, enclosing: number, draft: Draft<Pod>): Condition | null {
    const end = endOf(reader, enclosing)
    const start = reader.pos
    let type = ''
    let status = ''
    let since = 0
    while (reader.pos < end) {
      const tag = reader.uint32()
      if (tag === CONDITION_TYPE) type = reader.string()
      else if (tag === CONDITION_STATUS) status = reader.string()
      else if (tag === CONDITION_SINCE) since = readTime(reader, end)
      else reader.skipType(tag & 7)
    }
    if (type === 'Ready') {
      draft.ready = status === 'True'
      draft.readySince = since
    }
    if (!this.#pods.tells(type, status)) return null
    reader.pos = start
    return this.#texts.condition(podCondition.decode(reader, end - start))
  }

  #container(reader: InterningReader, enclosing: number): ContainerStatus {
    const end = endOf(reader, enclosing)
    const start = reader.pos
    let name = ''
    let since = NOT_RUNNING
    let healthy = true
    let ready = false
    let started = false
    while (reader.pos < end) {
      const tag = reader.uint32()
      switch (tag) {
        case END_NAME:
          name = reader.string()
          break
        case END_STATE:
          since = runningSince(reader, end)
          break
        case END_READY:
          ready = reader.bool()
          break
        case END_STARTED:
          started = reader.bool()
          break
        case END_RESTARTS:
          healthy &&= reader.uint32() === 0
          break
        case END_LAST_STATE:
          // Kubernetes sends it empty for a container that never ended.
          healthy &&= endOf(reader, end) === reader.pos
          break
        default:
          reader.skipType(tag & 7)
      }
      if (!healthy) break
    }
    if (healthy && ready && started && since !== NOT_RUNNING) return this.#pods.healthy(name, since)
    reader.pos = start
    return this.#pods.container(containerStatus.decode(reader, end - start))
  }
}

/** The key of a container of a template as PodProjector makes it; empty for one that has restart rules. */
function containerKey(reader: InterningReader, enclosing: number): string {
  const end = endOf(reader, enclosing)
  let name = ''
  let restartPolicy = ''
  let probes = 0
  let rules = false
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (tag === CONTAINER_NAME) name = reader.string()
    else if (tag === CONTAINER_RESTART_POLICY) restartPolicy = reader.string()
    else {
      if (tag === CONTAINER_READINESS_PROBE) probes |= 1
      else if (tag === CONTAINER_STARTUP_PROBE) probes |= 2
      else if (tag === CONTAINER_RESTART_RULES) rules = true
      reader.skipType(tag & 7)
    }
  }
  return rules ? '' : `|c${name},${restartPolicy},${probes}`
}

/** Since when a container runs; NOT_RUNNING in any other state. */
function runningSince(reader: InterningReader, enclosing: number): number {
  const end = endOf(reader, enclosing)
  let since = NOT_RUNNING
  while (reader.pos < end) {
    if (reader.uint32() !== STATE_RUNNING) {
      reader.pos = end
      return NOT_RUNNING
    }
    const runningEnd = endOf(reader, end)
    while (reader.pos < runningEnd) {
      const tag = reader.uint32()
      if (tag === RUNNING_SINCE) since = readTime(reader, runningEnd)
      else reader.skipType(tag & 7)
    }
  }
  return since
}

/** A list of exactly that size: one that grows by push() or by spreading keeps room for 17 items more, in each pod. */
function append<T>(list: readonly T[] | null, item: T): readonly T[] {
  return list === null ? [item] : list.concat(item)
}

function blank(): Draft<Pod> {
  return {
    namespace: '',
    name: '',
    uid: '',
    resourceVersion: '',
    createdAt: 0,
    deletedAt: null,
    labels: NO_LABELS,
    owner: null,
    node: '',
    phase: '',
    reason: '',
    message: '',
    ready: false,
    readySince: 0,
    conditions: NO_CONDITIONS,
    spec: NO_SPEC,
    containers: NO_CONTAINERS,
    initContainers: NO_CONTAINERS,
  }
}
