/** Entries after which a pool starts anew: live records keep what they hold, so only sharing is lost, never memory. */
const POOL_LIMIT = 50_000

/** Keeps one instance of each equal value, so that records of the same shape share it. */
export class Pool<K, V> {
  readonly #known = new Map<K, V>()

  /** The instance kept under this key, made when there is none. */
  get(key: K, make: () => V): V {
    const known = this.#known.get(key)
    if (known !== undefined) return known
    if (this.#known.size >= POOL_LIMIT) this.#known.clear()
    const made = make()
    this.#known.set(key, made)
    return made
  }
}
