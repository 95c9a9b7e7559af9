/** A map of bounded size that forgets first what was set longest ago. */
export class RecentMap<K, V> {
  readonly #max: number
  /** In the order in which they were set. */
  readonly #entries = new Map<K, V>()

  constructor(max: number) {
    this.#max = max
  }

  get(key: K): V | undefined {
    return this.#entries.get(key)
  }

  keys(): Iterable<K> {
    return this.#entries.keys()
  }

  /** Sets an entry as the newest; beyond the bound, the oldest is forgotten. */
  set(key: K, value: V): void {
    this.#entries.delete(key)
    this.#entries.set(key, value)
    if (this.#entries.size <= this.#max) return
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest)
      return
    }
  }

  /** Forgets entries, oldest first, up to the first that is not old. */
  forget(isOld: (value: V) => boolean): void {
    for (const [key, value] of this.#entries) {
      if (!isOld(value)) return
      this.#entries.delete(key)
    }
  }
}
