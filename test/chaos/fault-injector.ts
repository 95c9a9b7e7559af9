import type { Faults } from '../../testing/fake-apiserver/index.ts'
import type { Random } from './random.ts'
import type { Span } from './timeline.ts'

/** Probability of a fault in each step of the simulation. */
const PROBABILITY = 1 / 300
/** How long a replica may get no updates after a fault, as its watches back off, real milliseconds. */
const RECOVERY_MS = 5000
/** Number of consecutive requests that fail. */
const FAILED_REQUESTS = 3

/** Injects faults into the API server at random. */
export class FaultInjector {
  /** Periods in which replicas need not see anything. */
  readonly disturbances: Span[] = []
  readonly #faults: Faults
  readonly #random: Random

  constructor(faults: Faults, random: Random) {
    this.#faults = faults
    this.#random = random
  }

  maybeInject(): void {
    if (!this.#random.chance(PROBABILITY)) return
    this.disturbances.push({ from: Date.now(), to: Date.now() + RECOVERY_MS })
    this.#random.pick(FAULTS)(this.#faults)
  }
}

const FAULTS: readonly ((faults: Faults) => void)[] = [
  // Interrupts every request, among them writes that were executed and whose response is lost.
  (faults) => faults.dropConnections(),
  (faults) => faults.expireWatches(),
  (faults) => faults.answerNext(FAILED_REQUESTS, { status: 500, when: 'configmaps' }),
  (faults) => faults.answerNext(FAILED_REQUESTS, { status: 503, when: 'leases' }),
]
