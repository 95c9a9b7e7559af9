// Who says what when: `lynceus gate` beside `helm upgrade --wait` and `kubectl rollout status`, all three waiting for the same
// release on a real kubelet. What the others say is printed; what is asserted is said by Lynceus.
import t, { type Test } from 'tap'
import { chooseCases } from '../support/chosen.ts'
import { readEnvironment } from '../support/environment.ts'
import { at, type JsonObject } from '../support/json.ts'
import { progress } from '../support/progress.ts'
import { limit } from '../support/quota.ts'
import { Scenario } from '../support/scenario.ts'
import { until } from '../support/until.ts'
import {
  APP,
  awaitByGate,
  awaitByKubectl,
  type Place,
  upgrade,
  upgradeAndWait,
  type Waited,
} from '../waiters/programs.ts'
import { type ReleaseScenario, SCENARIOS } from '../waiters/scenarios.ts'
import { type Row, renderTable } from '../waiters/table.ts'

/** A pass must have lasted so long, seconds: the default of the gate. */
const SETTLE_SECONDS = 10

/** How much later than another program Lynceus may be right, seconds: on a busy machine its start alone takes some. */
const LATER_SECONDS = 10

const EXIT_CODES = { pass: 0, fail: 1, pending: 124 } as const

const rows: Row[] = []

/** Releases are begun one after the other, lest the programs wait for each other; then they all wait side by side. */
let turn: Promise<unknown> = Promise.resolve()

function takeTurn<T>(begin: () => Promise<T>): Promise<T> {
  const begun = turn.then(begin)
  turn = begun.catch(() => undefined)
  return begun
}

/** Installs the version before, and waits until it is complete. */
async function installBefore(scenario: Scenario, place: Place, before: JsonObject): Promise<unknown> {
  const { exitCode, says } = await upgrade(place, [before], [])
  if (exitCode !== 0) throw new Error(`helm: ${says}`)
  await scenario.expect('/analyze', { kind: 'deployment', name: APP }, { verdict: 'pass' })
  const { metadata } = await scenario.api.get(scenario.path('apps/v1', 'deployments', APP))
  return at(metadata, 'generation')
}

/** The moment at which the API server has the new version. */
async function released(scenario: Scenario, old: unknown): Promise<number> {
  await until(
    `the new version in ${scenario.namespace}`,
    () => scenario.api.get(scenario.path('apps/v1', 'deployments')),
    (found) => {
      const generation = at(found, 'items', 0, 'metadata', 'generation')
      return generation !== undefined && generation !== old
    },
  )
  return Date.now()
}

async function runRelease(t: Test, one: ReleaseScenario): Promise<void> {
  const { kubeconfig } = readEnvironment()
  const scenario = await Scenario.start(t, one.name)
  t.teardown(() => scenario.api.delete(`/api/v1/namespaces/${one.name}`))
  const place = { kubeconfig, namespace: one.name }
  if (one.hard !== undefined) await limit(scenario.api, one.name, one.hard)
  const old = one.before === undefined ? undefined : await installBefore(scenario, place, one.before)
  const next = await one.next(t)
  const { from, ends } = await takeTurn(async () => {
    const helm = upgradeAndWait(place, [next])
    const from = await released(scenario, old)
    const kubectl = awaitByKubectl(place, from)
    const gate = awaitByGate(place, from)
    await gate.seen
    return { from, ends: Promise.all([gate.end, helm, kubectl]) }
  })
  const [[gate, helm, kubectl]] = await Promise.all([ends, one.meanwhile?.(place)])
  const { at: helmAt, ...helmEnd } = helm
  const row = { scenario: one, gate, helm: { ...helmEnd, seconds: (helmAt - from) / 1000 }, kubectl }
  rows.push(row)
  t.match(gate.answer, one.expected, one.name)
  t.equal(gate.exitCode, EXIT_CODES[one.expected.verdict], 'exit code', { gate })
  for (const other of ['helm', 'kubectl'] as const) assertNotLater(t, row, other)
}

/**
 * Lynceus is not later than a program that is right, except by the time that a pass must have lasted. Of a release that comes to
 * no end, all are right at their timeout.
 */
function assertNotLater(t: Test, { scenario, gate, ...others }: Row, name: 'helm' | 'kubectl'): void {
  const other: Waited = others[name]
  const { verdict } = scenario.expected
  const isGood = verdict === 'pass'
  if (verdict === 'pending' || (other.exitCode === 0) !== isGood) return
  const margin = LATER_SECONDS + (isGood ? SETTLE_SECONDS : 0)
  t.ok(gate.seconds <= other.seconds + margin, `not later than ${name}`, { gate, other })
}

t.jobs = SCENARIOS.length
t.teardown(() => {
  const inOrder = SCENARIOS.flatMap((scenario) => rows.filter((row) => row.scenario === scenario))
  progress(`who says what when: exit code, seconds, last line\n${renderTable(inOrder)}`)
})

for (const one of chooseCases(SCENARIOS)) void t.test(one.name, { buffered: true }, (t) => runRelease(t, one))
