import type { Meta } from '../model/meta.ts'
import type { ObjectIndex } from '../model/view.ts'
import { IndexedSet } from './indexed-set.ts'

/** The objects of one resource, found by name too. */
export class Store<R extends Meta> extends IndexedSet<R> implements ObjectIndex<R> {
  /** By namespace, then by name. */
  readonly #byName = new Map<string, Map<string, R>>()

  get(namespace: string, name: string): R | undefined {
    return this.#byName.get(namespace)?.get(name)
  }

  /** The objects of a namespace. */
  *inNamespace(namespace: string): Iterable<R> {
    yield* this.#byName.get(namespace)?.values() ?? []
  }

  /** Puts an object in the place of the one with its name; returns that one. */
  put(object: R): R | undefined {
    let names = this.#byName.get(object.namespace)
    if (names === undefined) {
      names = new Map()
      this.#byName.set(object.namespace, names)
    }
    const previous = names.get(object.name)
    if (previous !== undefined) this.unlink(previous)
    names.set(object.name, object)
    this.link(object)
    return previous
  }

  /** Removes the object of this name and UID; undefined when there is none (a successor of the same name stays). */
  remove({ namespace, name, uid }: Pick<Meta, 'namespace' | 'name' | 'uid'>): R | undefined {
    const names = this.#byName.get(namespace)
    const object = names?.get(name)
    if (names === undefined || object === undefined || object.uid !== uid) return undefined
    names.delete(name)
    if (names.size === 0) this.#byName.delete(namespace)
    this.unlink(object)
    return object
  }
}
