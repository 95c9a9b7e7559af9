import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EmbeddedApi, EmbeddedCluster } from '../../testing/fake-apiserver/index.ts'
import { type ChaosOptions, type ChaosResult, ChaosRun } from './chaos-run.ts'
import { FastClock } from './fast-clock.ts'
import { FaultInjector } from './fault-injector.ts'
import { Random } from './random.ts'
import { Replicas } from './replicas.ts'
import { NAMESPACES, Simulation } from './simulation.ts'
import { ChaosTarget, type TargetBehaviour } from './targets.ts'

const TARGETS: readonly TargetBehaviour[] = [
  { name: 'steady', format: 'generic', failureModes: [] },
  { name: 'flaky', format: 'cloudevents-binary', failureModes: ['error', 'reset'] },
  { name: 'stalling', format: 'cloudevents', failureModes: ['hang'], namespaces: [NAMESPACES[0]] },
  { name: 'busy', format: 'generic', failureModes: ['busy'], kinds: ['crashed', 'recovered', 'released'] },
  { name: 'picky', format: 'generic', failureModes: ['refuse', 'error'] },
  { name: 'legacy', format: 'akkeris', failureModes: ['error', 'busy', 'hang', 'reset'] },
]

/** Kills the service repeatedly while its cluster changes; afterwards every event must have arrived. */
export async function chaos(options: ChaosOptions): Promise<ChaosResult> {
  // Separate generators, so that the simulation does not depend on what the service does.
  const random = (part: number) => new Random(options.seed + part)
  const clock = new FastClock({ origin: Date.now() / 1000, speed: options.speed })
  const cluster = new EmbeddedCluster({ now: () => clock.now() * 1000 })
  const api = await new EmbeddedApi(cluster).start()
  const targets = TARGETS.map((behaviour) => new ChaosTarget(behaviour, random(1), options.maxFailures))
  await Promise.all(targets.map((target) => target.start()))
  const folder = mkdtempSync(join(tmpdir(), 'lynceus-chaos-'))
  const replicas = new Replicas(writeSettings(folder, api, targets, clock))
  try {
    const simulation = new Simulation(cluster, random(2), clock.now, options.apps)
    const faultInjector = new FaultInjector(api.faults, random(3))
    return await new ChaosRun(options, {
      random: random(4),
      simulation,
      targets,
      replicas,
      faultInjector,
    }).run()
  } finally {
    await replicas.killAll()
    for (const target of targets) target.stop()
    await api.stop()
    rmSync(folder, { recursive: true })
  }
}

function writeSettings(
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
