// The rules one by one against a real kubelet and real controllers: traps, failures, waits, and what newer versions do. All run side by side.
import t, { type Test } from 'tap'
import { FAILURES, QUOTA } from '../rules/failures.ts'
import type { LiveCase } from '../rules/live-case.ts'
import { NEWER } from '../rules/newer.ts'
import { TRAPS } from '../rules/traps.ts'
import { WAITS } from '../rules/waits.ts'
import { at, text } from '../support/json.ts'
import { Scenario } from '../support/scenario.ts'
import { until } from '../support/until.ts'

/** More than there are of any sort: none waits for another. */
const SIDE_BY_SIDE = 32

t.jobs = SIDE_BY_SIDE

function runCase(t: Test, namespace: Scenario, live: LiveCase): void {
  void t.test(live.name, { buffered: true }, async (t) => {
    const scenario = namespace.within(t)
    for (const [group, resource, object] of live.objects)
      await scenario.api.create(scenario.path(group, resource), object)
    await live.steps?.(scenario)
    const answer = await scenario.expect('/analyze', live.question, live.expected, live.before ?? ['pending'])
    if (live.message !== undefined)
      t.match(text(answer, 'message'), live.message, 'the message says enough to act on')
  })
}

/** A quota of no pods, in force: admission counts only what the quota controller has put into the status. */
async function forbidPods(scenario: Scenario): Promise<void> {
  const { api } = scenario
  const metadata = { name: 'no-pods' }
  await api.create(scenario.path('v1', 'resourcequotas'), { metadata, spec: { hard: { pods: '0' } } })
  const path = scenario.path('v1', 'resourcequotas', metadata.name)
  await until(
    'the quota in force',
    () => api.get(path),
    (quota) => at(quota, 'status', 'hard', 'pods') === '0',
  )
}

/** The cases in one namespace of this name. */
function runSort(
  name: string,
  cases: readonly LiveCase[],
  prepare?: (namespace: Scenario) => Promise<void>,
): void {
  t.test(name, { buffered: true }, async (t) => {
    t.jobs = SIDE_BY_SIDE
    const namespace = await Scenario.start(t, name)
    // What restarts for ever, or asks for the whole node, would be in the way of the suites that follow.
    t.teardown(() => namespace.api.delete(`/api/v1/namespaces/${namespace.namespace}`))
    await prepare?.(namespace)
    const minor = Number(text(await namespace.api.get('/version'), 'minor'))
    for (const live of cases) if ((live.since ?? 0) <= minor) runCase(t, namespace, live)
  })
}

runSort('traps', TRAPS)
runSort('failures', FAILURES)
runSort('waits', WAITS)
runSort('newer', NEWER)
runSort('quota', [QUOTA], forbidPods)
