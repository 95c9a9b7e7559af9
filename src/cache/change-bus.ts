/** Calls listeners when an object of their namespace changes: once for all the changes of a turn of the event loop. */
export class ChangeBus {
  readonly #listeners = new Map<string, Set<() => void>>()
  readonly #dirty = new Set<string>()

  on(namespace: string, listener: () => void): () => void {
    let listeners = this.#listeners.get(namespace)
    if (listeners === undefined) {
      listeners = new Set()
      this.#listeners.set(namespace, listeners)
    }
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && this.#listeners.get(namespace) === listeners)
        this.#listeners.delete(namespace)
    }
  }

  changed(namespace: string): void {
    if (!this.#listeners.has(namespace)) return
    if (this.#dirty.size === 0) queueMicrotask(() => this.#flush())
    this.#dirty.add(namespace)
  }

  /** Something changed that concerns every namespace, such as the state of a watch. */
  changedEverywhere(): void {
    for (const namespace of this.#listeners.keys()) this.changed(namespace)
  }

  #flush(): void {
    const namespaces = [...this.#dirty]
    this.#dirty.clear()
    for (const namespace of namespaces)
      for (const listener of [...(this.#listeners.get(namespace) ?? [])]) listener()
  }
}
