import { type Dependencies, visitKeys } from '../model/dependencies.ts'
import type { Meta } from '../model/meta.ts'
import type { ResourceName } from '../model/records.ts'
import { MultiMap } from './multi-map.ts'

type Listener = () => void

/** Calls listeners when something changed that they depend on: once for all the changes of a turn of the event loop. */
export class ChangeBus {
  readonly #byKey = new MultiMap<string, Listener>()
  readonly #listeners = new Set<Listener>()
  readonly #due = new Set<Listener>()

  /** Returns a function that stops the calls. The same listener must not be added twice at a time. */
  on(dependencies: Dependencies, listener: Listener): () => void {
    this.#listeners.add(listener)
    for (const key of dependencies) this.#byKey.add(key, listener)
    return () => {
      this.#listeners.delete(listener)
      this.#due.delete(listener)
      for (const key of dependencies) this.#byKey.delete(key, listener)
    }
  }

  /** An object was added, changed or removed: as it is, and as it was. */
  changed(resource: ResourceName, record: Meta, previous: Meta | undefined): void {
    if (this.#byKey.size === 0) return
    visitKeys(resource, record, this.#call)
    if (previous !== undefined && !hasSameKeys(record, previous)) visitKeys(resource, previous, this.#call)
  }

  /** Something changed that concerns everything, such as whether a watch works. */
  changedEverywhere(): void {
    for (const listener of this.#listeners) this.#schedule(listener)
  }

  readonly #call = (key: string): void => {
    for (const listener of this.#byKey.get(key)) this.#schedule(listener)
  }

  #schedule(listener: Listener): void {
    if (this.#due.size === 0) queueMicrotask(() => this.#flush())
    this.#due.add(listener)
  }

  #flush(): void {
    const due = [...this.#due]
    this.#due.clear()
    for (const listener of due) if (this.#listeners.has(listener)) listener()
  }
}

/** Whether two states of the object of one name have the same keys, as they mostly do: equal labels and owners are interned. */
function hasSameKeys(one: Meta, other: Meta): boolean {
  return one.uid === other.uid && one.labels === other.labels && one.owner === other.owner
}
