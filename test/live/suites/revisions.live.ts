// Versions that follow each other: which of them is good?
import t from 'tap'
import { deployment, podTemplate, SERVING, shell } from '../support/manifests.ts'
import { Scenario } from '../support/scenario.ts'

t.jobs = 4

const TARGET = { kind: 'deployment', name: 'app' }

t.test('a new revision crashes while the old one is fine', { buffered: true }, async (t) => {
  const scenario = await Scenario.start(t, 'canary')
  await scenario.deploy(deployment('app', SERVING, 2))
  await scenario.expect('/analyze/rollout', TARGET, { verdict: 'pass', readyPods: 2 })
  // Never ready: else the controller may take the crashing pod for available between two looks, and end a stable one.
  const container = { readinessProbe: { exec: { command: ['false'] } } }
  const spec = { template: podTemplate('app', { ...shell('exit 1'), container }) }
  await scenario.api.patch(scenario.path('apps/v1', 'deployments', 'app'), { spec })
  const [stable = '', canary = ''] = await scenario.hashes('app', 2)
  const failed = { verdict: 'fail', code: 'process-crashing', target: `hash=${canary}` }
  await scenario.expect('/analyze/crashes', { hash: canary, limit: '1' }, failed)
  await scenario.expect('/analyze', { hash: canary, limit: '1' }, failed)
  const good = { verdict: 'pass', crashes: 0, target: `hash=${stable}` }
  await scenario.expect('/analyze/crashes', { hash: stable, limit: '1' }, good, [])
  await scenario.expect('/analyze', { hash: stable, limit: '1' }, good, [])
  await scenario.expect('/analyze/rollout', TARGET, { verdict: 'fail', code: 'process-crashing' }, [
    'pending',
  ])
})

t.test('deleted and created again under the same name', { buffered: true }, async (t) => {
  const scenario = await Scenario.start(t, 'recreate')
  const path = scenario.path('apps/v1', 'deployments', 'app')
  await scenario.deploy(deployment('app', shell('exit 1')))
  await scenario.expect('/analyze/crashes', TARGET, { verdict: 'fail' })
  await scenario.api.delete(path)
  await scenario.expect('/analyze/rollout', TARGET, { status: 404, code: 'not-found' }, ['pending', 'fail'])
  await scenario.deploy(deployment('app', SERVING))
  await scenario.expect('/analyze', TARGET, { verdict: 'pass', crashes: 0, restarts: 0 }, ['pending'])
  await scenario.api.delete(path)
  await scenario.deploy(deployment('app', shell('exit 1')))
  await scenario.expect('/analyze/crashes', TARGET, { verdict: 'fail', code: 'process-crashing' }, [
    'pending',
    'pass',
  ])
})
