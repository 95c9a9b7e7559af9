// The rules one by one against a real kubelet and real controllers: traps, failures, waits, refusals, what was asked for, and
// what newer versions do. All run side by side.
import t, { type Test } from 'tap'
import { ASKED_FOR } from '../rules/asked-for.ts'
import { FAILURES } from '../rules/failures.ts'
import type { LiveCase } from '../rules/live-case.ts'
import { NEWER } from '../rules/newer.ts'
import { REFUSED } from '../rules/refused.ts'
import { TRAPS } from '../rules/traps.ts'
import { WAITS } from '../rules/waits.ts'
import { chooseCases } from '../support/chosen.ts'
import { type JsonObject, text } from '../support/json.ts'
import { limit } from '../support/quota.ts'
import { Scenario } from '../support/scenario.ts'

/** More than there are of any sort: none waits for another. */
const SIDE_BY_SIDE = 32

t.jobs = SIDE_BY_SIDE

function runCase(t: Test, namespace: Scenario, live: LiveCase): void {
  void t.test(live.name, { buffered: true }, async (t) => {
    const scenario = namespace.within(t)
    for (const [group, resource, object] of live.objects)
      await scenario.api.create(scenario.path(group, resource), object)
    await live.steps?.(scenario)
    const { question, expected, before = ['pending'], rule } = live
    const answer = await scenario.expect('/analyze', question, expected, before, rule)
    await live.after?.(scenario)
    if (live.message !== undefined)
      t.match(text(answer, 'message'), live.message, 'the message says enough to act on')
  })
}

/** The cases in one namespace of this name, with a quota or without. */
function runSort(name: string, all: readonly LiveCase[], hard?: JsonObject): void {
  const cases = chooseCases(all)
  if (cases.length === 0) return
  t.test(name, { buffered: true }, async (t) => {
    t.jobs = SIDE_BY_SIDE
    const namespace = await Scenario.start(t, name)
    // What restarts for ever, or asks for the whole node, would be in the way of the suites that follow.
    t.teardown(() => namespace.api.delete(`/api/v1/namespaces/${namespace.namespace}`))
    if (hard !== undefined) await limit(namespace.api, name, hard)
    const minor = Number(text(await namespace.api.get('/version'), 'minor'))
    for (const live of cases) if ((live.since ?? 0) <= minor) runCase(t, namespace, live)
  })
}

runSort('traps', TRAPS)
runSort('failures', FAILURES)
runSort('waits', WAITS)
runSort('asked-for', ASKED_FOR)
runSort('newer', NEWER)
for (const { namespace, hard, cases } of REFUSED) runSort(namespace, cases, hard)
