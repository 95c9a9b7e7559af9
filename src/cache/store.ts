import type { LabelSelector, Meta } from '../model/meta.ts'
import type { ObjectIndex } from '../model/view.ts'
import { LabelIndex } from './label-index.ts'
import { MultiMap } from './multi-map.ts'

interface Shard<R extends Meta> {
  readonly byName: Map<string, R>
  readonly byLabel: LabelIndex<R>
}

/** The objects of one resource, found by name, UID, owner or label without a scan. */
export class Store<R extends Meta> implements ObjectIndex<R> {
  readonly #shards = new Map<string, Shard<R>>()
  readonly #byUid = new Map<string, R>()
  readonly #byOwner = new MultiMap<string, R>()

  get size(): number {
    return this.#byUid.size
  }

  get(namespace: string, name: string): R | undefined {
    return this.#shards.get(namespace)?.byName.get(name)
  }

  byUid(uid: string): R | undefined {
    return this.#byUid.get(uid)
  }

  ownedBy(uid: string): R[] {
    return [...this.#byOwner.get(uid)]
  }

  withLabel(namespace: string, key: string, value: string): R[] {
    return this.#shards.get(namespace)?.byLabel.withLabel(key, value) ?? []
  }

  select(namespace: string, selector: LabelSelector): R[] {
    return this.#shards.get(namespace)?.byLabel.select(selector) ?? []
  }

  all(): Iterable<R> {
    return this.#byUid.values()
  }

  /** The objects of a namespace. */
  *inNamespace(namespace: string): Iterable<R> {
    yield* this.#shards.get(namespace)?.byName.values() ?? []
  }

  /** Puts an object in the place of the one with its name; returns that one. */
  put(object: R): R | undefined {
    let shard = this.#shards.get(object.namespace)
    if (shard === undefined) {
      shard = { byName: new Map(), byLabel: new LabelIndex() }
      this.#shards.set(object.namespace, shard)
    }
    const previous = shard.byName.get(object.name)
    if (previous !== undefined) this.#unlink(shard, previous)
    shard.byName.set(object.name, object)
    shard.byLabel.add(object)
    this.#byUid.set(object.uid, object)
    if (object.owner !== null) this.#byOwner.add(object.owner.uid, object)
    return previous
  }

  /** Removes the object of this name and UID; undefined when there is none (a successor of the same name stays). */
  remove({ namespace, name, uid }: Pick<Meta, 'namespace' | 'name' | 'uid'>): R | undefined {
    const shard = this.#shards.get(namespace)
    const object = shard?.byName.get(name)
    if (shard === undefined || object === undefined || object.uid !== uid) return undefined
    shard.byName.delete(name)
    this.#unlink(shard, object)
    if (shard.byName.size === 0) this.#shards.delete(namespace)
    return object
  }

  #unlink(shard: Shard<R>, object: R): void {
    shard.byLabel.remove(object)
    this.#byUid.delete(object.uid)
    if (object.owner !== null) this.#byOwner.delete(object.owner.uid, object)
  }
}
