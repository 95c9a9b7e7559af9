// How long after the cluster shows a crash does Lynceus call it one?
import t from 'tap'
import { at, list } from '../support/json.ts'
import { deployment, shell } from '../support/manifests.ts'
import { progress } from '../support/progress.ts'
import { Scenario } from '../support/scenario.ts'
import { until } from '../support/until.ts'

/** The project's promise: a crash is a `fail` so soon after the API server shows it. */
const PROMISE_MS = 1000

const ROUNDS = 5

/** Short against what is measured, and long enough to leave the machine to the others. */
const PAUSE_MS = 10

/** When the API server first shows a terminated container of a pod of the namespace; also as the last state. */
async function firstTermination(scenario: Scenario): Promise<number> {
  for await (const pod of scenario.api.watchPods(scenario.namespace)) {
    const ended = list(pod, 'status', 'containerStatuses').some(
      (status) => (at(status, 'state', 'terminated') ?? at(status, 'lastState', 'terminated')) !== undefined,
    )
    if (ended) return performance.now()
  }
  throw new Error(`${scenario.namespace}: the watch ended before a container did`)
}

/** When Lynceus first answers `fail`. */
async function firstFail(scenario: Scenario, hash: string): Promise<number> {
  await until(
    `fail of ${hash}`,
    () => scenario.ask('/analyze/crashes', { hash, limit: '1' }),
    ({ body }) => body.verdict === 'fail',
    PAUSE_MS,
  )
  return performance.now()
}

t.test('from termination to fail', async (t) => {
  const lags: number[] = []
  for (let round = 1; round <= ROUNDS; round++) {
    const scenario = await Scenario.start(t, `latency-${round}`)
    const watched = firstTermination(scenario)
    await scenario.deploy(deployment('app', shell('sleep 3; exit 1')))
    const [hash = ''] = await scenario.hashes('app', 1)
    const [seen, failed] = await Promise.all([watched, firstFail(scenario, hash)])
    lags.push(failed - seen)
  }
  const sorted = lags.toSorted((left, right) => left - right)
  const figures = sorted.map((lag) => `${lag.toFixed(0)} ms`).join(', ')
  progress(`termination shown by the API server -> fail: ${figures}`)
  t.comment(`termination shown by the API server -> fail: ${figures}`)
  // A promise of the product about the machine's own work, not a wait: each round is a sample, and most must hold.
  const median = sorted[Math.floor(ROUNDS / 2)] ?? Number.POSITIVE_INFINITY
  t.ok(median < PROMISE_MS, `the median is under ${PROMISE_MS} ms`, { figures })
})
