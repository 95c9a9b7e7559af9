import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { EmbeddedApi, EmbeddedCluster } from '../../src/embedded/index.ts'
import { judge } from './deliveries.ts'
import { FastClock } from './fast-clock.ts'
import { NAMESPACES, Play } from './play.ts'
import { Random } from './random.ts'
import { type Replica, Replicas } from './replicas.ts'
import { ChaosTarget, type TargetNature } from './targets.ts'
import { Witness } from './witness.ts'

const TARGETS: readonly TargetNature[] = [
  { name: 'steady', format: 'generic', weaknesses: [] },
  { name: 'flaky', format: 'cloudevents-binary', weaknesses: ['error', 'reset'] },
  { name: 'stalling', format: 'cloudevents', weaknesses: ['hang'], namespaces: [NAMESPACES[0]] },
  { name: 'busy', format: 'generic', weaknesses: ['busy'], kinds: ['crashed', 'recovered', 'released'] },
  { name: 'legacy', format: 'akkeris', weaknesses: ['error', 'busy', 'hang', 'reset'] },
]

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

/** Kills the service again and again while things happen in its cluster; then all must have been told. */
export async function chaos(options: ChaosOptions): Promise<ChaosResult> {
  const random = new Random(options.seed)
  const clock = new FastClock({ origin: Date.now() / 1000, speed: options.speed })
  const cluster = new EmbeddedCluster({ now: () => clock.now() * 1000 })
  const api = await new EmbeddedApi(cluster).start()
  const targets = TARGETS.map((nature) => new ChaosTarget(nature, random, options.mostFailures))
  await Promise.all(targets.map((target) => target.start()))
  const folder = mkdtempSync(join(tmpdir(), 'lynceus-chaos-'))
  const replicas = new Replicas(settingsIn(folder, api, targets, clock))
  try {
    return await new Storm(options, { random, targets, replicas, cluster, clock }).run()
  } finally {
    await replicas.killAll()
    for (const target of targets) target.stop()
    await api.stop()
    rmSync(folder, { recursive: true })
  }
}

function settingsIn(
  folder: string,
  api: EmbeddedApi,
  targets: readonly ChaosTarget[],
  clock: FastClock,
): string {
  const [kubeconfig, notifyFile, settings] = ['kubeconfig', 'notify.json', 'settings.json'].map((name) =>
    join(folder, name),
  )
  if (kubeconfig === undefined || notifyFile === undefined || settings === undefined) throw new TypeError()
  writeFileSync(kubeconfig, api.kubeconfig('lynceus'))
  writeFileSync(notifyFile, JSON.stringify({ targets: targets.map((target) => target.settings()) }))
  writeFileSync(settings, JSON.stringify({ kubeconfig, notifyFile, clock: clock.settings }))
  return settings
}

interface Scene {
  readonly random: Random
  readonly targets: readonly ChaosTarget[]
  readonly replicas: Replicas
  readonly cluster: EmbeddedCluster
  readonly clock: FastClock
}

class Storm {
  readonly #options: ChaosOptions
  readonly #scene: Scene
  readonly #play: Play
  #isOver = false

  constructor(options: ChaosOptions, scene: Scene) {
    this.#options = options
    this.#scene = scene
    this.#play = new Play(scene.cluster, scene.random, scene.clock.now, options.apps)
  }

  async run(): Promise<ChaosResult> {
    const { replicas, targets } = this.#scene
    const { kills, killsOfTwo, progress } = this.#options
    // Some die at the very first start, before there is anything to tell.
    const early = Math.floor(kills / 10)
    for (let kill = 0; kill < early; kill += 1) await this.#killOne(1)
    await replicas.start().leads
    const playing = this.#perform()
    for (let kill = early; kill < kills; kill += 1) {
      await this.#killOne(kill < kills - killsOfTwo ? 1 : 2)
      if ((kill + 1) % 10 === 0)
        progress(`${kill + 1} kills, ${this.#play.steps} steps, ${this.#arrivals} requests`)
    }
    this.#isOver = true
    await playing
    const end = Date.now()
    this.#play.calm()
    if (replicas.running.length === 0) replicas.start()
    const violations = await this.#settle()
    const accepted = targets.map(({ arrivals }) => new Set(arrivals.map(({ id }) => id)).size)
    return {
      violations,
      warnings: replicas.warnings,
      figures: {
        kills: replicas.killed,
        steps: this.#play.steps,
        pods: this.#play.tale.pods.size,
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
    const life = random.next() * this.#options.longestLifeMs
    let youngest: Replica | undefined
    while (replicas.running.length < replicasAtOnce) youngest = replicas.start()
    // Half of them while they start, half of them at work.
    if (random.chance(0.5) && replicasAtOnce === 1) await youngest?.leads
    await sleep(life)
    await replicas.kill(random.pick(replicas.running))
  }

  async #perform(): Promise<void> {
    const { random } = this.#scene
    while (!this.#isOver) {
      this.#play.step()
      await sleep(random.next() * this.#options.stepMs)
    }
  }

  /** Until nothing is amiss, or patience ends. */
  async #settle(): Promise<string[]> {
    const { replicas, targets } = this.#scene
    const until = Date.now() + this.#options.patienceMs
    for (;;) {
      const violations = judge(this.#play.tale, targets, new Witness(replicas.led))
      if (violations.length === 0 || Date.now() > until) return violations
      await sleep(500)
    }
  }
}
