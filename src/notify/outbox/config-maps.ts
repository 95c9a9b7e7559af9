import { createHash } from 'node:crypto'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { ApiObjects } from '../../cluster/client/api-objects.ts'
import { ApiStatusError } from '../../cluster/client/errors.ts'
import { Backoff } from '../../lib/backoff.ts'
import { ENTRY, type Entry } from './entries.ts'
import { OutboxConflictError, type OutboxStore } from './outbox-store.ts'

/** Fixed for ever: an object's entries must be found where they were put. */
const SHARDS = 16
/** etcd takes 1.5 MiB, the API server 1 MiB of data; new events stop below, so that what is there can still change, bytes. */
const FULL_AT_BYTES = 768 * 1024
/** Flushes that leave out a ConfigMap that cannot be written: at two flushes a second up to half a minute. */
const SKIPS = { base: 1, cap: 60 }

const CONFIG_MAP = Type.Object({
  metadata: Type.Object({ resourceVersion: Type.String() }),
  data: Type.Optional(Type.Object({ entries: Type.Optional(Type.String()) })),
})
const ENTRIES = Type.Record(Type.String(), Type.Unknown())

interface Kept {
  /** Null: of another version of Lynceus, or edited by hand. It is carried along as it is. */
  readonly entry: Entry | null
  readonly json: string
}

interface Shard {
  readonly name: string
  /** Null while there is no such object. */
  version: string | null
  readonly kept: Map<string, Kept>
  /** Of all keys and entries as JSON. */
  bytes: number
  /** Not yet written. */
  readonly changed: Set<string>
  /** In flushes. */
  readonly backoff: Backoff
  /** Flushes that leave it out. */
  skips: number
}

/**
 * The ledger in ConfigMaps of the service's own namespace, NAME-0 to NAME-15. Everything about one object of the cluster
 * lies in one of them, so that an event and the note that it was derived are written as one.
 */
export class ConfigMapStore implements OutboxStore {
  readonly #objects: ApiObjects
  readonly #collection: string
  readonly #name: string
  readonly #random: () => number
  #shards: readonly Shard[] = []

  /** `random` gives numbers in [0, 1), for jitter. */
  constructor(objects: ApiObjects, namespace: string, name: string, random: () => number) {
    this.#objects = objects
    this.#collection = `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps`
    this.#name = name
    this.#random = random
    this.#shards = this.#empty()
  }

  async load(): Promise<void> {
    const shards = this.#empty()
    await Promise.all(shards.map((shard) => this.#read(shard)))
    this.#shards = shards
  }

  get(key: string): Entry | undefined {
    return this.#shardOf(key).kept.get(key)?.entry ?? undefined
  }

  *entries(): Iterable<readonly [string, Entry]> {
    for (const shard of this.#shards) yield* entriesOf(shard)
  }

  shardEntries(objectUid: string): Iterable<readonly [string, Entry]> {
    return entriesOf(this.#shardOf(objectUid))
  }

  set(key: string, entry: Entry | undefined): void {
    const shard = this.#shardOf(key)
    const before = shard.kept.get(key)
    if (entry === undefined && before === undefined) return
    if (before !== undefined) shard.bytes -= measure(key, before)
    if (entry === undefined) shard.kept.delete(key)
    else put(shard, key, { entry, json: JSON.stringify(entry) })
    shard.changed.add(key)
  }

  hasRoom(objectUid: string): boolean {
    return this.#shardOf(objectUid).bytes < FULL_AT_BYTES
  }

  isWritten(key: string): boolean {
    return !this.#shardOf(key).changed.has(key)
  }

  /**
   * No ConfigMap waits for another, and one that is refused does not keep the others from being written: it is left out
   * for ever more flushes.
   */
  async flush(): Promise<void> {
    const changed = this.#shards.filter((shard) => shard.changed.size > 0)
    const due = changed.filter(({ skips }) => skips === 0)
    for (const shard of changed) shard.skips = Math.max(0, shard.skips - 1)
    const results = await Promise.allSettled(due.map((shard) => this.#write(shard)))
    const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    const [first] = errors
    if (first !== undefined) throw errors.find((error) => error instanceof OutboxConflictError) ?? first
  }

  #empty(): Shard[] {
    return Array.from({ length: SHARDS }, (_, index) => ({
      name: `${this.#name}-${index}`,
      version: null,
      kept: new Map(),
      bytes: 0,
      changed: new Set<string>(),
      backoff: new Backoff(SKIPS, this.#random),
      skips: 0,
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
    for (const [key, value] of Object.entries(entriesIn(shard.name, data?.entries ?? '{}')))
      put(shard, key, { entry: Value.Check(ENTRY, value) ? value : null, json: JSON.stringify(value) })
    shard.version = metadata.resourceVersion
  }

  async #write(shard: Shard): Promise<void> {
    const entries = Array.from(shard.kept, ([key, { json }]) => `${JSON.stringify(key)}:${json}`)
    const writing = [...shard.changed]
    shard.changed.clear()
    const version = shard.version === null ? {} : { resourceVersion: shard.version }
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: shard.name, labels: { 'app.kubernetes.io/managed-by': 'lynceus' }, ...version },
      data: { entries: `{${entries.join()}}` },
    }
    try {
      const written =
        shard.version === null
          ? await this.#objects.create(this.#collection, object)
          : await this.#objects.replace(`${this.#collection}/${shard.name}`, object)
      shard.version = Value.Parse(CONFIG_MAP, written).metadata.resourceVersion
      shard.backoff.reset()
    } catch (cause) {
      for (const key of writing) shard.changed.add(key)
      shard.skips = Math.round(shard.backoff.next())
      if (cause instanceof ApiStatusError && (cause.status === 409 || cause.status === 404))
        throw new OutboxConflictError(`ConfigMap ${shard.name} was changed by another writer`, { cause })
      throw cause
    }
  }
}

function* entriesOf({ kept }: Shard): Iterable<readonly [string, Entry]> {
  for (const [key, { entry }] of kept) if (entry !== null) yield [key, entry]
}

function put(shard: Shard, key: string, kept: Kept): void {
  shard.kept.set(key, kept)
  shard.bytes += measure(key, kept)
}

/** With its quotes, colon and comma. */
function measure(key: string, { json }: Kept): number {
  return Buffer.byteLength(key) + Buffer.byteLength(json) + 4
}

/** Throws an Error that names the ConfigMap: who edited it by hand must mend it. */
function entriesIn(name: string, text: string): Record<string, unknown> {
  try {
    return Value.Parse(ENTRIES, JSON.parse(text))
  } catch (cause) {
    throw new Error(`ConfigMap ${name}: the value of "entries" is not a JSON object of entries`, { cause })
  }
}
