import { setTimeout as sleep } from 'node:timers/promises'
import { listViolations } from './deliveries.ts'
import type { FaultInjector } from './fault-injector.ts'
import { LeaderCoverage } from './leader-coverage.ts'
import type { Random } from './random.ts'
import type { Replica, Replicas } from './replicas.ts'
import type { Simulation } from './simulation.ts'
import type { ChaosTarget } from './targets.ts'

/** Between two checks after the last kill, real milliseconds. */
const CHECK_INTERVAL_MS = 500

export interface ChaosOptions {
  readonly seed: number
  readonly kills: number
  /** The number of kills while a second replica runs. */
  readonly killsWithTwo: number
  readonly apps: number
  /** Seconds of the clock in one real second. */
  readonly speed: number
  /** Maximum time between two steps of the simulation, real milliseconds. */
  readonly stepMs: number
  /** Maximum time from the start of a replica, or of its leadership, to the kill, real milliseconds. */
  readonly maxLifeMs: number
  /** Maximum number of failed attempts of a target for one event. */
  readonly maxFailures: number
  /** Maximum time from the last kill until no violation is left, real milliseconds. */
  readonly settleTimeoutMs: number
  readonly progress: (line: string) => void
}

export interface ChaosResult {
  readonly violations: readonly string[]
  readonly warnings: readonly string[]
  readonly figures: Readonly<Record<string, number>>
}

/** The parts of a chaos run. */
export interface ChaosParts {
  /** Decides which replica is killed, and when. */
  readonly random: Random
  readonly targets: readonly ChaosTarget[]
  readonly replicas: Replicas
  readonly faultInjector: FaultInjector
  readonly simulation: Simulation
}

/** Changes the cluster while replicas are killed; then everything recovers, and all events must arrive. */
export class ChaosRun {
  readonly #options: ChaosOptions
  readonly #parts: ChaosParts
  #isOver = false

  constructor(options: ChaosOptions, parts: ChaosParts) {
    this.#options = options
    this.#parts = parts
  }

  async run(): Promise<ChaosResult> {
    const { replicas, targets, simulation, faultInjector } = this.#parts
    const { kills, killsWithTwo: killsOfTwo, progress } = this.#options
    // Kill some at the very first start, before there is anything to report.
    const early = Math.floor(kills / 10)
    for (let kill = 0; kill < early; kill += 1) await this.#killOne(1)
    await replicas.start().whenLeading
    const simulating = this.#simulate()
    for (let kill = early; kill < kills; kill += 1) {
      await this.#killOne(kill < kills - killsOfTwo ? 1 : 2)
      if ((kill + 1) % 10 === 0)
        progress(`${kill + 1} kills, ${simulation.steps} steps, ${this.#arrivals} requests`)
    }
    this.#isOver = true
    await simulating
    const end = Date.now()
    simulation.recoverAll()
    if (replicas.running.length === 0) replicas.start()
    const violations = await this.#settle()
    const accepted = targets.map(({ arrivals }) => new Set(arrivals.map(({ id }) => id)).size)
    return {
      violations,
      warnings: replicas.warnings,
      figures: {
        kills: replicas.killed,
        'faults of the API server': faultInjector.disturbances.length,
        steps: simulation.steps,
        pods: simulation.timeline.pods.size,
        events: Math.max(...accepted),
        deliveries: accepted.reduce((sum, count) => sum + count, 0),
        requests: this.#arrivals,
        'seconds to settle': Math.round((Date.now() - end) / 1000),
      },
    }
  }

  get #arrivals(): number {
    return this.#parts.targets.reduce((sum, { arrivals }) => sum + arrivals.length, 0)
  }

  /** Starts replicas until enough run, waits for a random time and kills one of them. */
  async #killOne(replicasAtOnce: number): Promise<void> {
    const { replicas, random } = this.#parts
    // With two replicas, the other one needs time to take over.
    const lifeMs = random.next() * this.#options.maxLifeMs * replicasAtOnce
    let youngest: Replica | undefined
    while (replicas.running.length < replicasAtOnce) youngest = replicas.start()
    // Kill half of them during the start, half of them while they lead.
    if (random.chance(0.5) && replicasAtOnce === 1) await youngest?.whenLeading
    await sleep(lifeMs)
    await replicas.kill(random.pick(replicas.running))
  }

  async #simulate(): Promise<void> {
    const { random, simulation, faultInjector } = this.#parts
    while (!this.#isOver) {
      simulation.step()
      faultInjector.maybeInject()
      await sleep(random.next() * this.#options.stepMs)
    }
  }

  /** Waits until there is no violation, or until the timeout. */
  async #settle(): Promise<string[]> {
    const { replicas, targets, simulation, faultInjector } = this.#parts
    const until = Date.now() + this.#options.settleTimeoutMs
    const check = () => [
      ...replicas.unexpectedExits,
      ...listViolations(
        simulation.timeline,
        targets,
        new LeaderCoverage(replicas.leaderships, faultInjector.disturbances),
      ),
    ]
    while (check().length > 0 && Date.now() < until) await sleep(CHECK_INTERVAL_MS)
    // Wrong repeats may arrive late.
    await sleep(CHECK_INTERVAL_MS)
    return check()
  }
}
