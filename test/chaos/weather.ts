import type { Faults } from '../../testing/fake-apiserver/index.ts'
import type { Random } from './random.ts'
import type { Span } from './tale.ts'

/** Of each step of the play. */
const PROBABILITY = 1 / 300
/** So long a replica may be without news after a fault: its watches back off, real milliseconds. */
const BLIND_MS = 5000
/** Requests that fail in a row. */
const FAILING = 3

/** What befalls the API server now and then. */
export class Weather {
  /** When nobody can be expected to have seen anything. */
  readonly blind: Span[] = []
  readonly #faults: Faults
  readonly #random: Random

  constructor(faults: Faults, random: Random) {
    this.#faults = faults
    this.#random = random
  }

  pass(): void {
    if (!this.#random.chance(PROBABILITY)) return
    this.blind.push({ from: Date.now(), to: Date.now() + BLIND_MS })
    this.#random.pick(FAULTS)(this.#faults)
  }
}

const FAULTS: readonly ((faults: Faults) => void)[] = [
  // In the middle of whatever is under way: also of a write that was carried out, but whose answer is lost.
  (faults) => faults.dropConnections(),
  (faults) => faults.expireWatches(),
  (faults) => faults.answerNext(FAILING, { status: 500, when: 'configmaps' }),
  (faults) => faults.answerNext(FAILING, { status: 503, when: 'leases' }),
]
