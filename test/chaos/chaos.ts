import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EmbeddedApi, EmbeddedCluster } from '../../testing/fake-apiserver/index.ts'
import { FastClock } from './fast-clock.ts'
import { NAMESPACES, Play } from './play.ts'
import { Random } from './random.ts'
import { Replicas } from './replicas.ts'
import { type ChaosOptions, type ChaosResult, Storm } from './storm.ts'
import { ChaosTarget, type TargetNature } from './targets.ts'
import { Weather } from './weather.ts'

const TARGETS: readonly TargetNature[] = [
  { name: 'steady', format: 'generic', weaknesses: [] },
  { name: 'flaky', format: 'cloudevents-binary', weaknesses: ['error', 'reset'] },
  { name: 'stalling', format: 'cloudevents', weaknesses: ['hang'], namespaces: [NAMESPACES[0]] },
  { name: 'busy', format: 'generic', weaknesses: ['busy'], kinds: ['crashed', 'recovered', 'released'] },
  { name: 'picky', format: 'generic', weaknesses: ['refuse', 'error'] },
  { name: 'legacy', format: 'akkeris', weaknesses: ['error', 'busy', 'hang', 'reset'] },
]

/** Kills the service again and again while things happen in its cluster; then all must have been told. */
export async function chaos(options: ChaosOptions): Promise<ChaosResult> {
  // Each its own, so that the play is the same whatever the service does.
  const random = (part: number) => new Random(options.seed + part)
  const clock = new FastClock({ origin: Date.now() / 1000, speed: options.speed })
  const cluster = new EmbeddedCluster({ now: () => clock.now() * 1000 })
  const api = await new EmbeddedApi(cluster).start()
  const targets = TARGETS.map((nature) => new ChaosTarget(nature, random(1), options.mostFailures))
  await Promise.all(targets.map((target) => target.start()))
  const folder = mkdtempSync(join(tmpdir(), 'lynceus-chaos-'))
  const replicas = new Replicas(settingsIn(folder, api, targets, clock))
  try {
    const play = new Play(cluster, random(2), clock.now, options.apps)
    const weather = new Weather(api.faults, random(3))
    return await new Storm(options, { random: random(4), play, targets, replicas, weather }).run()
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
