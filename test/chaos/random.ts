import { createHash } from 'node:crypto'

/** Reproducible random numbers. */
export class Random {
  readonly #seed: number
  #drawn = 0

  constructor(seed: number) {
    this.#seed = seed
  }

  /** In [0, 1). */
  next(): number {
    this.#drawn += 1
    const digest = createHash('sha256').update(`${this.#seed}:${this.#drawn}`).digest()
    return digest.readUInt32BE(0) / 2 ** 32
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** Throws a RangeError when there is nothing to pick. */
  pick<T>(all: readonly T[]): T {
    const one = all[this.below(all.length)]
    if (one === undefined) throw new RangeError('nothing to pick from')
    return one
  }
}
