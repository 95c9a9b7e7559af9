import { setTimeout as sleep } from 'node:timers/promises'
import { judge } from './deliveries.ts'
import type { Play } from './play.ts'
import type { Random } from './random.ts'
import type { Replica, Replicas } from './replicas.ts'
import type { ChaosTarget } from './targets.ts'
import type { Weather } from './weather.ts'
import { Witness } from './witness.ts'

/** Once it is calm, real milliseconds. */
const LOOK_EVERY_MS = 500

export interface ChaosOptions {
  readonly seed: number
  readonly kills: number
  /** Of the kills, those with a second replica beside. */
  readonly killsOfTwo: number
  readonly apps: number
  /** Of the clock. */
  readonly speed: number
  /** Between two steps of the play at most, real milliseconds. */
  readonly stepMs: number
  /** From the start, or from the moment when it leads, to the kill at most, real milliseconds. */
  readonly longestLifeMs: number
  /** Failed attempts of a target for one event. */
  readonly mostFailures: number
  /** After the last kill, real milliseconds. */
  readonly patienceMs: number
  readonly progress: (line: string) => void
}

export interface ChaosResult {
  readonly violations: readonly string[]
  readonly warnings: readonly string[]
  readonly figures: Readonly<Record<string, number>>
}

/** What a storm is made of. */
export interface Scene {
  /** Decides when which replica dies. */
  readonly random: Random
  readonly targets: readonly ChaosTarget[]
  readonly replicas: Replicas
  readonly weather: Weather
  readonly play: Play
}

/** Things happen in the cluster, while replicas are killed; then it is calm, and all must be told. */
export class Storm {
  readonly #options: ChaosOptions
  readonly #scene: Scene
  #isOver = false

  constructor(options: ChaosOptions, scene: Scene) {
    this.#options = options
    this.#scene = scene
  }

  async run(): Promise<ChaosResult> {
    const { replicas, targets, play, weather } = this.#scene
    const { kills, killsOfTwo, progress } = this.#options
    // Some die at the very first start, before there is anything to tell.
    const early = Math.floor(kills / 10)
    for (let kill = 0; kill < early; kill += 1) await this.#killOne(1)
    await replicas.start().leads
    const playing = this.#perform()
    for (let kill = early; kill < kills; kill += 1) {
      await this.#killOne(kill < kills - killsOfTwo ? 1 : 2)
      if ((kill + 1) % 10 === 0)
        progress(`${kill + 1} kills, ${play.steps} steps, ${this.#arrivals} requests`)
    }
    this.#isOver = true
    await playing
    const end = Date.now()
    play.calm()
    if (replicas.running.length === 0) replicas.start()
    const violations = await this.#settle()
    const accepted = targets.map(({ arrivals }) => new Set(arrivals.map(({ id }) => id)).size)
    return {
      violations,
      warnings: replicas.warnings,
      figures: {
        kills: replicas.killed,
        'faults of the API server': weather.blind.length,
        steps: play.steps,
        pods: play.tale.pods.size,
        events: Math.max(...accepted),
        deliveries: accepted.reduce((sum, count) => sum + count, 0),
        requests: this.#arrivals,
        'seconds to settle': Math.round((Date.now() - end) / 1000),
      },
    }
  }

  get #arrivals(): number {
    return this.#scene.targets.reduce((sum, { arrivals }) => sum + arrivals.length, 0)
  }

  /** Starts what is missing, lets it live for a while and kills one of so many. */
  async #killOne(replicasAtOnce: number): Promise<void> {
    const { replicas, random } = this.#scene
    // Of two, the other needs time to take over.
    const life = random.next() * this.#options.longestLifeMs * replicasAtOnce
    let youngest: Replica | undefined
    while (replicas.running.length < replicasAtOnce) youngest = replicas.start()
    // Half of them while they start, half of them at work.
    if (random.chance(0.5) && replicasAtOnce === 1) await youngest?.leads
    await sleep(life)
    await replicas.kill(random.pick(replicas.running))
  }

  async #perform(): Promise<void> {
    const { random, play, weather } = this.#scene
    while (!this.#isOver) {
      play.step()
      weather.pass()
      await sleep(random.next() * this.#options.stepMs)
    }
  }

  /** Until nothing is amiss, or patience ends. */
  async #settle(): Promise<string[]> {
    const { replicas, targets, play, weather } = this.#scene
    const until = Date.now() + this.#options.patienceMs
    const look = () => [
      ...replicas.ended,
      ...judge(play.tale, targets, new Witness(replicas.led, weather.blind)),
    ]
    while (look().length > 0 && Date.now() < until) await sleep(LOOK_EVERY_MS)
    // What is told too often may come late.
    await sleep(LOOK_EVERY_MS)
    return look()
  }
}
