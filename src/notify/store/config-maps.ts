import { createHash } from 'node:crypto'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { ApiObjects } from '../../cluster/api-objects.ts'
import { ApiStatusError } from '../../cluster/errors.ts'
import { ENTRY, type Entry } from '../ledger.ts'
import { LedgerConflictError, type LedgerStore } from './ledger-store.ts'

/** Fixed for ever: an object's entries must be found where they were put. */
const SHARDS = 16
/** etcd takes 1.5 MiB, the API server 1 MiB of data; new events stop below, so that what is there can still change, bytes. */
const FULL_AT_BYTES = 768 * 1024

const CONFIG_MAP = Type.Object({
  metadata: Type.Object({ resourceVersion: Type.String() }),
  data: Type.Optional(Type.Object({ entries: Type.Optional(Type.String()) })),
})
const ENTRIES = Type.Record(Type.String(), ENTRY)

interface Shard {
  readonly name: string
  /** Null while there is no such object. */
  version: string | null
  readonly entries: Map<string, Entry>
  bytes: number
  dirty: boolean
}

/**
 * The ledger in ConfigMaps of the service's own namespace, NAME-0 to NAME-15. Everything about one object of the cluster
 * lies in one of them, so that an event and the note that it was derived are written as one.
 */
export class ConfigMapStore implements LedgerStore {
  readonly #objects: ApiObjects
  readonly #collection: string
  readonly #name: string
  #shards: readonly Shard[] = []

  constructor(objects: ApiObjects, namespace: string, name: string) {
    this.#objects = objects
    this.#collection = `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps`
    this.#name = name
    this.#shards = this.#empty()
  }

  async load(): Promise<void> {
    const shards = this.#empty()
    await Promise.all(shards.map((shard) => this.#read(shard)))
    this.#shards = shards
  }

  get(key: string): Entry | undefined {
    return this.#shardOf(key).entries.get(key)
  }

  *entries(): Iterable<readonly [string, Entry]> {
    for (const { entries } of this.#shards) yield* entries
  }

  set(key: string, entry: Entry | undefined): void {
    const shard = this.#shardOf(key)
    if (entry === undefined && !shard.entries.has(key)) return
    if (entry === undefined) shard.entries.delete(key)
    else {
      // Until it is written the size is a guess from above, so that no burst outgrows the object.
      shard.bytes += Buffer.byteLength(JSON.stringify(entry)) + key.length
      shard.entries.set(key, entry)
    }
    shard.dirty = true
  }

  hasRoom(objectUid: string): boolean {
    return this.#shardOf(objectUid).bytes < FULL_AT_BYTES
  }

  async flush(): Promise<void> {
    await Promise.all(this.#shards.filter(({ dirty }) => dirty).map((shard) => this.#write(shard)))
  }

  #empty(): Shard[] {
    return Array.from({ length: SHARDS }, (_, index) => ({
      name: `${this.#name}-${index}`,
      version: null,
      entries: new Map(),
      bytes: 0,
      dirty: false,
    }))
  }

  #shardOf(key: string): Shard {
    const uid = key.split('/', 1)[0] ?? ''
    const index = createHash('sha256').update(uid).digest().readUInt16BE(0) % SHARDS
    const shard = this.#shards[index]
    if (shard === undefined) throw new RangeError(`no shard ${index}`)
    return shard
  }

  async #read(shard: Shard): Promise<void> {
    const object = await this.#objects.read(`${this.#collection}/${shard.name}`)
    if (object === null) return
    const { metadata, data } = Value.Parse(CONFIG_MAP, object)
    const text = data?.entries ?? '{}'
    for (const [key, entry] of Object.entries(Value.Parse(ENTRIES, JSON.parse(text))))
      shard.entries.set(key, entry)
    shard.version = metadata.resourceVersion
    shard.bytes = Buffer.byteLength(text)
  }

  async #write(shard: Shard): Promise<void> {
    const text = JSON.stringify(Object.fromEntries(shard.entries))
    shard.dirty = false
    const version = shard.version === null ? {} : { resourceVersion: shard.version }
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: shard.name, labels: { 'app.kubernetes.io/managed-by': 'lynceus' }, ...version },
      data: { entries: text },
    }
    try {
      const written =
        shard.version === null
          ? await this.#objects.create(this.#collection, object)
          : await this.#objects.replace(`${this.#collection}/${shard.name}`, object)
      shard.version = Value.Parse(CONFIG_MAP, written).metadata.resourceVersion
      shard.bytes = Buffer.byteLength(text)
    } catch (cause) {
      shard.dirty = true
      if (cause instanceof ApiStatusError && (cause.status === 409 || cause.status === 404))
        throw new LedgerConflictError(`ConfigMap ${shard.name} was written by somebody else`, { cause })
      throw cause
    }
  }
}
