/**
 * Several values under one key. Most keys have one value, which then stands by itself: a Set of one costs some 200 bytes.
 * Values must not be Sets.
 */
export class MultiMap<K, V> {
  readonly #entries = new Map<K, V | Set<V>>()

  get size(): number {
    return this.#entries.size
  }

  add(key: K, value: V): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) this.#entries.set(key, value)
    else if (entry instanceof Set) entry.add(value)
    else if (entry !== value) this.#entries.set(key, new Set([entry, value]))
  }

  delete(key: K, value: V): void {
    const entry = this.#entries.get(key)
    if (entry instanceof Set) {
      entry.delete(value)
      if (entry.size === 0) this.#entries.delete(key)
    } else if (entry === value) this.#entries.delete(key)
  }

  /** How many values a key has. */
  count(key: K): number {
    const entry = this.#entries.get(key)
    if (entry === undefined) return 0
    return entry instanceof Set ? entry.size : 1
  }

  get(key: K): Iterable<V> {
    const entry = this.#entries.get(key)
    if (entry === undefined) return []
    return entry instanceof Set ? entry : [entry]
  }

  /** All values of all keys; one that has several keys comes several times. */
  *values(): Iterable<V> {
    for (const entry of this.#entries.values()) {
      if (entry instanceof Set) yield* entry
      else yield entry
    }
  }
}
