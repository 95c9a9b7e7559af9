// Releases that the real Argo Rollouts controller makes or aborts by what Lynceus says: in pods of the image of the
// Dockerfile, installed with helm, reached through its Service.
import { setTimeout as pause } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { Asker } from '../argo/asker.ts'
import { CRASHING, GOOD, RELEASES, type ReleaseCase, reviewed, TIME_TO_CRASH_SECONDS } from '../argo/cases.ts'
import { installedLynceus, restartLynceus } from '../argo/installed.ts'
import { Release } from '../argo/release.ts'
import { analysis, canary, rollout, services, type Template } from '../argo/rollouts.ts'
import { plainTemplate } from '../argo/tripwire.ts'
import { apiServerKilled, apiServerStarted } from '../support/cluster.ts'
import { readEnvironment } from '../support/environment.ts'
import type { JsonObject } from '../support/json.ts'
import { KubeApi } from '../support/kube-api.ts'
import { type ContainerOptions, SERVING, shell } from '../support/manifests.ts'
import { progress } from '../support/progress.ts'

const OUTAGE_MS = 20_000

/** Seconds after its start at which a container crashes: at other moments of the interval. */
const CRASH_AFTER = [4, 5, 6, 7, 8, 9, 10]

/** The tripwire without held answers, to compare with. */
const PLAIN = {
  asking: '5s',
  collection: '/apis/argoproj.io/v1alpha1/clusteranalysistemplates',
} as const

const { kubeconfig, clusterHome } = readEnvironment()

function connect(t: Test): KubeApi {
  const api = new KubeApi(kubeconfig)
  t.teardown(() => api.close())
  return api
}

/** A Rollout whose first version is up, and then the version on trial. */
async function release(
  t: Test,
  name: string,
  next: ContainerOptions,
  strategy: JsonObject,
  spec: JsonObject = {},
  others: readonly JsonObject[] = [],
  nextSpec: JsonObject = {},
): Promise<Release> {
  const made = await Release.deploy(t, connect(t), rollout(name, SERVING, strategy, spec), others)
  await made.apply(next, nextSpec)
  return made
}

const ERROR = /Error/

async function runRelease(t: Test, one: ReleaseCase, lynceus: string): Promise<void> {
  const { name, next, spec, nextSpec, measured, hasServices = false } = one
  const others = hasServices ? services(name) : []
  const made = await release(t, name, next, one.strategy(lynceus), spec, others, nextSpec)
  const outcome = await made.ended()
  t.equal(outcome.ending, one.ending, name, outcome)
  if (one.message !== undefined) t.match(outcome.message, one.message, 'it says why')
  if (measured !== undefined) {
    const found = outcome.measurements.some(
      ({ type, metric, phase }) =>
        type === measured.type && metric === measured.metric && phase === measured.phase,
    )
    t.ok(found, `measured ${Object.values(measured).join(' ')}`, outcome)
  }
  t.same(
    outcome.measurements.filter(({ phase }) => ERROR.test(phase)),
    [],
    'every question was answered',
  )
  if (one.ending !== 'aborted') return
  t.ok(outcome.fewestStable >= outcome.replicas - 1, 'the old version kept serving', outcome)
  await made.restored()
  if (hasServices)
    t.equal(await made.servedBy(name), made.stable, 'the active Service still sends to the old version')
}

/** Seconds from the first showing of a crash of a canary until it is aborted. */
async function abortOf(t: Test, template: Template, seconds: number, lynceus: string): Promise<number> {
  const name = `${template}-${seconds}`
  const strategy = canary([{ setWeight: 50 }, { pause: {} }], analysis(lynceus, template))
  const made = await release(t, name, shell(`sleep ${seconds}; exit 1`), strategy, { replicas: 2 })
  const { ending, crashToEndSeconds } = await made.ended()
  t.equal(ending, 'aborted', name)
  if (crashToEndSeconds === null) throw new Error(`${name} was aborted without a crash`)
  return crashToEndSeconds
}

t.test('Argo Rollouts', async (t) => {
  const lynceus = await installedLynceus()

  t.test('releases', async (t) => {
    t.jobs = RELEASES.length
    for (const one of RELEASES) void t.test(one.name, { buffered: true }, (t) => runRelease(t, one, lynceus))
  })

  t.test('how soon a crash aborts', async (t) => {
    const { collection } = PLAIN
    await connect(t).create(collection, plainTemplate(PLAIN.asking))
    for (const template of ['tripwire', 'plain'] as const) {
      const crashToEnd = await Promise.all(
        CRASH_AFTER.map((seconds) => abortOf(t, template, seconds, lynceus)),
      )
      const sorted = crashToEnd.toSorted((left, right) => left - right)
      const median = sorted[Math.floor(sorted.length / 2)]
      const what = template === 'plain' ? `asked every ${PLAIN.asking}` : 'held'
      const figures = `crash shown -> aborted, ${what}: median ${median} s of ${sorted.join(', ')} s`
      progress(figures)
      t.comment(figures)
    }
  })

  t.test('a rolling update of Lynceus harms no run', async (t) => {
    const made = await Promise.all([
      release(t, 'update-good', GOOD, reviewed(lynceus, 30), { replicas: 2 }),
      release(t, 'update-crashing', CRASHING, reviewed(lynceus, TIME_TO_CRASH_SECONDS), { replicas: 2 }),
    ])
    const [good, crashing] = made
    const askers = ['update-good', 'update-crashing', 'update-good'].map(
      (name) => new Asker(`${lynceus}/analyze?namespace=${name}&kind=rollout&name=${name}`),
    )
    await Promise.all(made.map((one) => one.measured(1)))
    await restartLynceus(connect(t))
    progress('Lynceus has new pods')
    const asked = await Promise.all(askers.map((asker) => asker.end()))
    progress(
      `asked ${asked.reduce((sum, { answers }) => sum + answers, 0)} times during the update of Lynceus`,
    )
    const failures = asked.flatMap((one) => one.failures)
    for (const failure of failures) progress(`not answered: ${failure}`)
    t.same(failures, [], 'each question by others was answered, too')
    const [promoted, aborted] = await Promise.all([good.ended(), crashing.ended()])
    t.equal(promoted.ending, 'promoted')
    t.equal(aborted.ending, 'aborted')
    const errors = [promoted, aborted].flatMap(({ measurements }) =>
      measurements.filter(({ phase }) => ERROR.test(phase)),
    )
    t.same(errors, [], 'every question was answered')
  })

  t.test('the API server away for 20 s lets nothing pass', async (t) => {
    const made = await Promise.all([
      release(t, 'outage-good', GOOD, reviewed(lynceus, 30), { replicas: 2 }),
      release(t, 'outage-crashing', CRASHING, reviewed(lynceus, 5), { replicas: 2 }),
    ])
    const [good, crashing] = made
    await Promise.all(made.map((one) => one.measured(1)))
    await apiServerKilled(clusterHome)
    progress('the API server is away')
    await pause(OUTAGE_MS)
    await apiServerStarted(clusterHome)
    progress('the API server is back')
    t.equal((await crashing.ended()).ending, 'aborted')
    t.equal((await good.ended()).ending, 'promoted')
  })
})
