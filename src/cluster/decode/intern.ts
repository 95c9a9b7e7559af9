/** Maximum number of entries; then the pool is emptied. Live records keep what they hold, so only sharing is lost. */
const POOL_LIMIT = 50_000

/** Keeps one instance of each equal value, so that records of the same shape share it. */
export class Pool<K, V> {
  readonly #known = new Map<K, V>()

  /** The instance kept under this key. Its callers make one only when there is none: no closure for each call. */
  get(key: K): V | undefined {
    return this.#known.get(key)
  }

  /** Keeps an instance under a key, and returns it. */
  keep(key: K, value: V): V {
    if (this.#known.size >= POOL_LIMIT) this.#known.clear()
    this.#known.set(key, value)
    return value
  }
}
