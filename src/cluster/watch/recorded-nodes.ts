import type { RawObject } from './raw-object.ts'

type Json = Readonly<Record<string, unknown>>
type Tell = (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: Json) => void

/**
 * The nodes of a recording of one namespace: only those that pods of the namespace are on, and of each only what says how it
 * is. A cluster has thousands, each tells of itself every five minutes, and its images alone take 20 KB.
 */
export class RecordedNodes {
  readonly #tell: Tell
  /** By name: what was last heard of each node, as text and as object. */
  readonly #known = new Map<string, { readonly text: string; readonly object: Json }>()
  /** Names of the nodes that pods were seen on. */
  readonly #used = new Set<string>()

  constructor(tell: Tell) {
    this.#tell = tell
  }

  upsert({ name, object }: RawObject): void {
    const reduced = reduce(object)
    const text = JSON.stringify(reduced)
    const before = this.#known.get(name)
    if (before?.text === text) return
    const { resourceVersion } = toJson(object.metadata)
    const whole = { ...reduced, metadata: { ...toJson(reduced.metadata), resourceVersion } }
    this.#known.set(name, { text, object: whole })
    if (this.#used.has(name)) this.#tell(before === undefined ? 'ADDED' : 'MODIFIED', whole)
  }

  remove({ name }: Pick<RawObject, 'name'>): void {
    const known = this.#known.get(name)
    this.#known.delete(name)
    if (known !== undefined && this.#used.has(name)) this.#tell('DELETED', known.object)
  }

  retain(uids: ReadonlySet<string>): void {
    for (const [name, { object }] of [...this.#known])
      if (!uids.has(String(toJson(object.metadata).uid))) this.remove({ name })
  }

  /** A pod was seen; its node belongs to the recording from now on. */
  usedBy(pod: Json): void {
    const { nodeName } = toJson(pod.spec)
    if (typeof nodeName !== 'string' || this.#used.has(nodeName)) return
    this.#used.add(nodeName)
    const known = this.#known.get(nodeName)
    if (known !== undefined) this.#tell('ADDED', known.object)
  }
}

/** The fields that say how a node is, without the times of its heartbeats and without its version. */
function reduce({ apiVersion, kind, metadata, spec, status }: Json): Json {
  const { name, uid, creationTimestamp, deletionTimestamp } = toJson(metadata)
  const { unschedulable, taints } = toJson(spec)
  const { conditions } = toJson(status)
  const kept = Array.isArray(conditions)
    ? conditions.map((one) => ({ ...toJson(one), lastHeartbeatTime: undefined }))
    : []
  return {
    kind,
    apiVersion,
    metadata: { name, uid, creationTimestamp, deletionTimestamp },
    spec: { unschedulable, taints },
    status: { conditions: kept },
  }
}

function toJson(value: unknown): Json {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}
