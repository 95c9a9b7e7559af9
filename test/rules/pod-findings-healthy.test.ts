// The rules are not asked about healthy pods: a law says that they would find nothing.
import t from 'tap'
import { DEFAULT_SCOPE } from '../../src/rules/context.ts'
import { isHealthy, podFindings } from '../../src/rules/pod-findings.ts'
import { LYNCEUS } from '../../src/rules/policies/lynceus.ts'
import { SCENARIOS, Stage } from '../corpus/stage.ts'
import { eventOf, factsOf, running } from './facts.ts'

const HARMLESS = eventOf('Scheduled', { type: 'Normal' })

t.test('no rule matches a healthy pod, in any moment of any recording', async (t) => {
  let seen = 0
  for (const scenario of SCENARIOS) {
    const stage = new Stage(scenario, 0)
    while (stage.next())
      for (const pod of stage.cache.objects.pods.all()) {
        const facts = { pod, history: stage.cache.histories.byUid(pod.uid), events: [] }
        if (!isHealthy(facts)) continue
        seen += 1
        for (const owner of ['controller', 'job', 'bare'] as const) {
          const context = { policy: LYNCEUS, now: stage.now, scope: DEFAULT_SCOPE, owner }
          // With an event the rules are asked.
          const found = podFindings({ ...facts, events: [HARMLESS] }, context)
          if (found.length > 0) t.same(found, [], `${scenario} ${pod.name}`)
        }
      }
  }
  t.ok(seen > 1000, `${seen} healthy pods`)
})

t.test('what is unusual in any way is left to the rules', async (t) => {
  const good = { ready: true, phase: 'Running', containers: [running('app')] }
  t.ok(isHealthy({ ...factsOf(good), events: [] }))
  const cases: Readonly<Record<string, Parameters<typeof factsOf>[0]>> = {
    'not ready': { ...good, ready: false },
    'another phase': { ...good, phase: 'Unknown' },
    'a reason': { ...good, reason: 'NodeLost' },
    'no container': { ...good, containers: [] },
    'a container is not ready': { ...good, containers: [{ ...running('app'), ready: false }] },
  }
  for (const [name, pod] of Object.entries(cases)) t.notOk(isHealthy({ ...factsOf(pod), events: [] }), name)
  t.notOk(isHealthy({ ...factsOf(good), events: [HARMLESS] }), 'an event')
})
