import type { LabelSelector, Meta } from '../model/meta.ts'
import { LabelIndex } from './label-index.ts'
import { MultiMap } from './multi-map.ts'

type Indexed = Pick<Meta, 'namespace' | 'uid' | 'labels' | 'owner'>

/** Objects, found by UID, owner or label without a scan. */
export class IndexedSet<R extends Indexed> {
  readonly #byUid = new Map<string, R>()
  readonly #byOwner = new MultiMap<string, R>()
  /** By namespace. */
  readonly #byLabel = new Map<string, LabelIndex<R>>()

  get size(): number {
    return this.#byUid.size
  }

  byUid(uid: string): R | undefined {
    return this.#byUid.get(uid)
  }

  ownedBy(uid: string): R[] {
    return [...this.#byOwner.get(uid)]
  }

  withLabel(namespace: string, key: string, value: string): R[] {
    return this.#byLabel.get(namespace)?.withLabel(key, value) ?? []
  }

  select(namespace: string, selector: LabelSelector): R[] {
    return this.#byLabel.get(namespace)?.select(selector) ?? []
  }

  all(): Iterable<R> {
    return this.#byUid.values()
  }

  protected link(object: R): void {
    let index = this.#byLabel.get(object.namespace)
    if (index === undefined) {
      index = new LabelIndex()
      this.#byLabel.set(object.namespace, index)
    }
    index.add(object)
    this.#byUid.set(object.uid, object)
    if (object.owner !== null) this.#byOwner.add(object.owner.uid, object)
  }

  protected unlink(object: R): void {
    const index = this.#byLabel.get(object.namespace)
    index?.remove(object)
    if (index?.isEmpty === true) this.#byLabel.delete(object.namespace)
    this.#byUid.delete(object.uid)
    if (object.owner !== null) this.#byOwner.delete(object.owner.uid, object)
  }
}
