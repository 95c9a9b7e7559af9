// The API server dies for a while: never a pass on old data, and right answers again without a restart of Lynceus.
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { apiServerKilled, apiServerStarted } from '../support/cluster.ts'
import { readEnvironment } from '../support/environment.ts'
import { deployment, SERVING, shell } from '../support/manifests.ts'
import { progress } from '../support/progress.ts'
import { Scenario } from '../support/scenario.ts'
import { PATIENCE_MS } from '../support/until.ts'

/** Twice the staleness limit that run.ts sets. */
const OUTAGE_MS = 20_000

const PAUSE_MS = 100

const TARGET = { kind: 'deployment', name: 'app' }

/** What was said during the outage, each change once: a verdict, or the status of an error. */
interface Said {
  readonly what: unknown
  readonly afterMs: number
}

/** Listens for so long at least, and until something has changed; for the patience of a wait at most. */
async function listen(scenario: Scenario, atLeastMs: number): Promise<readonly Said[]> {
  const said: Said[] = []
  const began = Date.now()
  const goesOn = (): boolean => Date.now() < began + (said.length < 2 ? PATIENCE_MS : atLeastMs)
  while (goesOn()) {
    const { status, body } = await scenario.ask('/analyze', TARGET)
    const what = status === 200 ? body.verdict : status
    const afterMs = Date.now() - began
    if (said.at(-1)?.what !== what) {
      said.push({ what, afterMs })
      progress(`${afterMs} ms after the API server's end: ${what} "${body.message ?? body.detail}"`)
    }
    await sleep(PAUSE_MS)
  }
  return said
}

t.test('outage', async (t) => {
  const { clusterHome } = readEnvironment()
  const scenario = await Scenario.start(t, 'outage')
  await scenario.deploy(deployment('app', SERVING))
  await scenario.expect('/analyze', TARGET, { verdict: 'pass', pods: 1, readyPods: 1 })

  await apiServerKilled(clusterHome)
  const said = await listen(scenario, OUTAGE_MS)
  t.same(
    said.map(({ what }) => what),
    ['pass', 503],
    'the verdict stands until it is too old, and then there is none',
  )
  const asked = await scenario.ask('/analyze', { ...TARGET, onStale: 'unknown' })
  t.match(asked, { status: 200, body: { verdict: 'unknown' } }, 'unknown when asked so')

  await apiServerStarted(clusterHome)
  const back = Date.now()
  await scenario.expect('/analyze', TARGET, { verdict: 'pass', pods: 1, readyPods: 1 }, ['503', 'pending'])
  progress(`${Date.now() - back} ms after the API server's return: right answers`)
  await scenario.deploy(deployment('late', shell('exit 1')))
  const late = { kind: 'deployment', name: 'late', limit: '1' }
  const failed = { verdict: 'fail', code: 'process-crashing' }
  // Each resource finds back by itself, and this question needs more of them.
  await scenario.expect('/analyze/crashes', late, failed, ['503', 'pending', 'pass'])
})
