import { createHash } from 'node:crypto'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { ApiObjects } from '../../cluster/client/api-objects.ts'
import { ApiStatusError } from '../../cluster/client/errors.ts'
import { Backoff } from '../../lib/backoff.ts'
import { ENTRY, type Entry, OutboxConflictError, type OutboxStore } from './entries.ts'

/** Never change it: the shard of an object is computed from it. */
const SHARDS = 16
/**
 * A shard of this size takes no new events, bytes. The API server accepts 1 MiB of data in a ConfigMap; the rest is for
 * changes of entries that are there.
 */
const MAX_BYTES_FOR_NEW_EVENTS = 768 * 1024
/** How many flushes skip a ConfigMap after a failed write: at two flushes a second up to half a minute. */
const SKIPPED_FLUSHES = { base: 1, cap: 60 }

const CONFIG_MAP = Type.Object({
  metadata: Type.Object({ resourceVersion: Type.String() }),
  data: Type.Optional(Type.Object({ entries: Type.Optional(Type.String()) })),
})
const ENTRIES = Type.Record(Type.String(), Type.Unknown())

interface StoredEntry {
  /** Null: another version of Lynceus wrote it, or a person. It is written back as it is. */
  readonly entry: Entry | null
  readonly json: string
}

interface Shard {
  /** Name of the ConfigMap. */
  readonly name: string
  /** resourceVersion; null while the ConfigMap does not exist. */
  version: string | null
  readonly stored: Map<string, StoredEntry>
  /** Size of all keys and entries as JSON. */
  bytes: number
  /** Keys that are not written yet. */
  readonly changed: Set<string>
  /** Counts in flushes. */
  readonly backoff: Backoff
  skippedFlushes: number
}

/**
 * The outbox in ConfigMaps of the service's own namespace, NAME-0 to NAME-15. All entries about one object are in one of
 * them, so that an event and the record that it was reported are written together.
 */
export class ConfigMapStore implements OutboxStore {
  readonly #objects: ApiObjects
  readonly #collection: string
  readonly #name: string
  readonly #random: () => number
  #shards: readonly Shard[]

  /** `random` gives numbers in [0, 1), for jitter. */
  constructor(objects: ApiObjects, namespace: string, name: string, random: () => number) {
    this.#objects = objects
    this.#collection = `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps`
    this.#name = name
    this.#random = random
    this.#shards = this.#createShards()
  }

  async load(): Promise<void> {
    const shards = this.#createShards()
    await Promise.all(shards.map((shard) => this.#read(shard)))
    this.#shards = shards
  }

  get(key: string): Entry | undefined {
    return this.#getShard(key).stored.get(key)?.entry ?? undefined
  }

  *entries(): Iterable<readonly [string, Entry]> {
    for (const shard of this.#shards) yield* listEntries(shard)
  }

  shardEntries(objectUid: string): Iterable<readonly [string, Entry]> {
    return listEntries(this.#getShard(objectUid))
  }

  set(key: string, entry: Entry | undefined): void {
    const shard = this.#getShard(key)
    const before = shard.stored.get(key)
    if (entry === undefined && before === undefined) return
    if (before !== undefined) shard.bytes -= measure(key, before)
    if (entry === undefined) shard.stored.delete(key)
    else put(shard, key, { entry, json: JSON.stringify(entry) })
    shard.changed.add(key)
  }

  hasRoom(objectUid: string): boolean {
    return this.#getShard(objectUid).bytes < MAX_BYTES_FOR_NEW_EVENTS
  }

  isWritten(key: string): boolean {
    return !this.#getShard(key).changed.has(key)
  }

  /** Writes the ConfigMaps at the same time. One that fails does not delay the others: the next flushes skip it. */
  async flush(): Promise<void> {
    const changed = this.#shards.filter((shard) => shard.changed.size > 0)
    const due = changed.filter(({ skippedFlushes }) => skippedFlushes === 0)
    for (const shard of changed) shard.skippedFlushes = Math.max(0, shard.skippedFlushes - 1)
    const results = await Promise.allSettled(due.map((shard) => this.#write(shard)))
    const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    if (errors.length > 0) throw errors.find((error) => error instanceof OutboxConflictError) ?? errors[0]
  }

  #createShards(): Shard[] {
    return Array.from({ length: SHARDS }, (_, index) => ({
      name: `${this.#name}-${index}`,
      version: null,
      stored: new Map(),
      bytes: 0,
      changed: new Set<string>(),
      backoff: new Backoff(SKIPPED_FLUSHES, this.#random),
      skippedFlushes: 0,
    }))
  }

  /** The shard of a key, or of the UID that it begins with. */
  #getShard(key: string): Shard {
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
    for (const [key, value] of Object.entries(parseEntries(shard.name, data?.entries ?? '{}')))
      put(shard, key, { entry: Value.Check(ENTRY, value) ? value : null, json: JSON.stringify(value) })
    shard.version = metadata.resourceVersion
  }

  async #write(shard: Shard): Promise<void> {
    const entries = Array.from(shard.stored, ([key, { json }]) => `${JSON.stringify(key)}:${json}`)
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
      shard.skippedFlushes = Math.round(shard.backoff.next())
      if (cause instanceof ApiStatusError && (cause.status === 409 || cause.status === 404))
        throw new OutboxConflictError(`ConfigMap ${shard.name} was changed by another writer`, { cause })
      throw cause
    }
  }
}

function* listEntries({ stored }: Shard): Iterable<readonly [string, Entry]> {
  for (const [key, { entry }] of stored) if (entry !== null) yield [key, entry]
}

function put(shard: Shard, key: string, stored: StoredEntry): void {
  shard.stored.set(key, stored)
  shard.bytes += measure(key, stored)
}

/** Size of an entry and its key, with the quotes, the colon and the comma. */
function measure(key: string, { json }: StoredEntry): number {
  return Buffer.byteLength(key) + Buffer.byteLength(json) + 4
}

/** Throws an Error that names the ConfigMap, which a person must repair. */
function parseEntries(name: string, text: string): Record<string, unknown> {
  try {
    return Value.Parse(ENTRIES, JSON.parse(text))
  } catch (cause) {
    throw new Error(`ConfigMap ${name}: the value of "entries" is not a JSON object of entries`, { cause })
  }
}
