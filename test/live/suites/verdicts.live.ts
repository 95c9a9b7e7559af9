// What a single version does, and what Lynceus says of it. The scenarios run side by side.
import t, { type Test } from 'tap'
import {
  type ContainerOptions,
  daemonSet,
  deployment,
  job,
  SERVING,
  shell,
  statefulSet,
} from '../support/manifests.ts'
import { refusingRegistry } from '../support/registry.ts'
import { Scenario } from '../support/scenario.ts'

t.jobs = 16

/** Nothing listens on port 1, so a pull from there is refused by the machine itself. */
const NOBODY = '127.0.0.1:1'

const TARGET = { kind: 'deployment', name: 'app' }

/** A Deployment whose container never starts: it must be called `fail` with this code, and never `pass` on the way. */
function broken(
  name: string,
  code: string,
  options: (t: Test) => ContainerOptions | Promise<ContainerOptions>,
  thresholds: Readonly<Record<string, string>> = {},
): void {
  t.test(name, { buffered: true }, async (t) => {
    const scenario = await Scenario.start(t, name)
    await scenario.deploy(deployment('app', await options(t)))
    const question = { ...TARGET, ...thresholds }
    await scenario.expect('/analyze/rollout', question, { verdict: 'fail', code }, ['pending'])
    await scenario.expect('/analyze', question, { verdict: 'fail', code }, ['pending'])
  })
}

t.test('healthy', { buffered: true }, async (t) => {
  const scenario = await Scenario.start(t, 'healthy')
  await scenario.deploy(deployment('app', SERVING, 2))
  const good = { verdict: 'pass', code: null, pods: 2, readyPods: 2, desired: 2, crashes: 0, restarts: 0 }
  await scenario.expect('/analyze/rollout', TARGET, good)
  await scenario.expect('/analyze/crashes', TARGET, { verdict: 'pass', crashes: 0 })
  await scenario.expect('/analyze', TARGET, good)
  await scenario.expect('/analyze', { selector: 'app in (app)' }, { verdict: 'pass' })
})

t.test('crash-loop', { buffered: true }, async (t) => {
  const scenario = await Scenario.start(t, 'crash-loop')
  await scenario.deploy(deployment('app', shell('sleep 1; exit 3')))
  const code = 'process-crashing'
  await scenario.expect('/analyze/crashes', { ...TARGET, limit: '1' }, { verdict: 'fail', code })
  await scenario.expect('/analyze/rollout', TARGET, { verdict: 'fail', code })
})

t.test('oom', { buffered: true }, async (t) => {
  const scenario = await Scenario.start(t, 'oom')
  const resources = { limits: { memory: '64Mi' } }
  await scenario.deploy(deployment('app', { command: ['tail', '/dev/zero'], container: { resources } }))
  const code = 'resource-limits-exceeded'
  // containerd may report the kill as a plain Error/137 when the exit outruns its OOM event: a crash all the same.
  const before = ['pending', 'pass', 'fail']
  await scenario.expect('/analyze/crashes', { ...TARGET, limit: '1' }, { verdict: 'fail', code }, before)
  await scenario.expect('/analyze/rollout', TARGET, { verdict: 'fail', code }, before)
})

broken('image-missing', 'invalid-config', async (t) => ({ image: `${await refusingRegistry(t)}/missing:1` }))

broken('image-denied', 'invalid-config', async (t) => ({ image: `${await refusingRegistry(t)}/denied:1` }))

broken('secret-missing', 'invalid-config', () => ({
  container: { envFrom: [{ secretRef: { name: 'absent' } }] },
}))

broken('bad-command', 'process-crashing', () => ({ command: ['/no/such/program'] }))

broken('unschedulable', 'scheduling', () => ({ pod: { nodeSelector: { nowhere: 'true' } } }), {
  pendingDeadline: '20s',
})

t.test('registry-away', { buffered: true }, async (t) => {
  const scenario = await Scenario.start(t, 'registry-away')
  await scenario.deploy(deployment('app', { image: `${NOBODY}/app:1` }))
  // A registry that can't be reached may come back: not a failure yet.
  const pending = { verdict: 'pending', code: 'invalid-config', reason: 'ErrImagePull' }
  await scenario.expect('/analyze/rollout', TARGET, pending, ['pending'])
})

t.test('other-kinds', { buffered: true }, async (t) => {
  const scenario = await Scenario.start(t, 'other-kinds')
  const { api } = scenario
  await api.create(scenario.path('apps/v1', 'statefulsets'), statefulSet('state', SERVING))
  await api.create(scenario.path('apps/v1', 'daemonsets'), daemonSet('daemon', SERVING))
  await api.create(scenario.path('batch/v1', 'jobs'), job('done', shell('exit 0')))
  await api.create(scenario.path('batch/v1', 'jobs'), job('failed', shell('exit 1')))
  await scenario.expect('/analyze/rollout', { kind: 'statefulset', name: 'state' }, { verdict: 'pass' })
  await scenario.expect('/analyze/rollout', { kind: 'ds', name: 'daemon' }, { verdict: 'pass' })
  await scenario.expect('/analyze/rollout', { kind: 'job', name: 'done' }, { verdict: 'pass' })
  const failed = { verdict: 'fail', code: 'process-crashing' }
  await scenario.expect('/analyze/rollout', { kind: 'job', name: 'failed' }, failed, ['pending'])
})
