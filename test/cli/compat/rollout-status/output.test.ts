// How rollout-status is called, in which order it looks, and what it prints besides the verdict.
import t from 'tap'
import type { JsonObject } from '../../../../testing/fake-apiserver/index.ts'
import { until } from '../../../cluster/watch/watching.ts'
import { endedWith, RUNNING, unschedulable, World, waitingFor } from './world.ts'

const BAD_IMAGE = [waitingFor('ErrImagePull', 'from a Deployment')]
const CRASHING = [waitingFor('CrashLoopBackOff', 'again and again', 7)]

t.test('the document', async (t) => {
  const world = await World.start(t)
  world.deployment('good', [RUNNING])
  const good = await world.run('-selector=app=good')
  t.match(good, { code: 0, stdout: '{\n  "success": true\n}\n', stderr: '' })
  world.deployment('bad', [waitingFor('ErrImagePull', 'a <b> & "c"')])
  const text = [
    '{',
    '  "success": false,',
    '  "error": {',
    '    "code": "invalid-config",',
    '    "message": "Container \\"app\\" is in \\"ErrImagePull\\": a \\u003cb\\u003e \\u0026 \\"c\\"",',
    '    "type": "rollout"',
    '  }',
    '}\n',
  ].join('\n')
  t.match(await world.run('-selector=app=bad'), { code: 1, stdout: text, stderr: /Remedy: / })
})

t.test('nothing matches', async (t) => {
  const world = await World.start(t)
  world.deployment('web', [RUNNING])
  world.cluster.create('daemonsets', {
    metadata: { namespace: 'shop', name: 'daemon', labels: { app: 'daemon' } },
    spec: { selector: {}, template: {} },
    status: {},
  })
  const message = (selector: string) =>
    `Selector "${selector}" did not match any deployments, statefulsets or jobs in namespace "shop"`
  for (const selector of ['app=nothing', 'app=daemon']) {
    const { code, output } = await world.run('-selector', selector)
    const error = { code: 'not-found', message: message(selector), type: 'rollout' }
    t.same({ code, output }, { code: 1, output: { success: false, error } })
  }
  const filtered = await world.run('-selector=app=web', '-kind-filter=job')
  t.match(filtered.output, { error: { code: 'not-found', message: message('app=web') } })
})

t.test('Deployments come first, then StatefulSets, then Jobs; the first failure is told', async (t) => {
  const world = await World.start(t)
  const failed = { conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }] }
  world.job('a', [endedWith('OOMKilled')], failed)
  const labelled = async (kind: string) => (await world.run('-kind-filter', kind)).output
  t.match(await labelled('job'), { error: { code: 'resource-limits-exceeded' } })
  t.match((await world.run()).output, { error: { code: 'resource-limits-exceeded' } })
  world.statefulSet('b', CRASHING)
  t.match((await world.run()).output, { error: { code: 'process-crashing' } })
  world.deployment('c', BAD_IMAGE)
  t.match((await world.run()).output, { error: { code: 'invalid-config' } })
  world.deployment('d', CRASHING)
  t.match((await world.run()).output, { error: { code: 'invalid-config' } }, 'by name among its kind')
  t.match(await labelled('deployment'), { error: { code: 'invalid-config' } })
  t.match(await labelled('statefulset'), { error: { code: 'process-crashing' } })
  t.match(await labelled('job'), { error: { code: 'resource-limits-exceeded' } })
})

t.test('all that match must succeed', async (t) => {
  const world = await World.start(t)
  world.deployment('web', [RUNNING], {}, { release: 'r' })
  world.deployment('api', [waitingFor('ContainerCreating')], {}, { release: 'r' })
  const { output } = await world.run('-selector', 'release=r', '-timeout=300ms')
  t.match(output, { error: { code: 'not-progressing', message: /^Timed out after 0.3 s: / } })
  t.same((await world.run('-selector', 'release in (r), app!=api')).output, { success: true })
})

t.test('an empty namespace means all', async (t) => {
  const world = await World.start(t)
  world.deployment('web', BAD_IMAGE)
  const { output } = await world.runRaw('-kubeconfig', world.kubeconfig, '-selector', 'app=web')
  t.match(output, { error: { code: 'invalid-config' } })
})

t.test('the log of the container that crashes', async (t) => {
  const world = await World.start(t)
  world.deployment('web', CRASHING)
  const lines = Array.from({ length: 30 }, (_, index) => `line ${index}\n`)
  const read = async () => (await world.run('-selector=app=web')).output
  const common = { code: 'process-crashing', type: 'rollout' }
  const message = 'Container "app" is in "CrashLoopBackOff": again and again'
  t.same(await read(), { success: false, error: { ...common, message } }, 'it wrote nothing')
  world.cluster.logs.write('shop', 'web-0', 'app', lines.join(''), true)
  const log = lines.slice(10).join('')
  t.same(await read(), { success: false, error: { ...common, message, log } }, 'the last 20 lines')
  const asked = world.api.requests.find((request) => request.includes('/log?')) ?? ''
  for (const part of ['container=app', 'tailLines=20', 'limitBytes=100000', 'previous=true'])
    t.match(asked, part)

  world.cluster.logs.write('shop', 'web-0', 'app', `${'ä'.repeat(60_000)}\n`, true)
  t.match(await read(), { error: { log: 'ä'.repeat(50_000) } }, 'at most 100,000 bytes')

  world.api.access.forbid('pods/log')
  const refused = await world.run('-selector=app=web')
  t.same(refused.output, { success: false, error: { ...common, message } }, 'the verdict stands without it')
  t.equal(refused.code, 1)
  t.match(refused.stderr, /cannot read the log of container app.*cannot get resource "pods\/log"/)
})

t.test('a container that ended and is not in back-off has its present log', async (t) => {
  const world = await World.start(t)
  world.deployment('web', [endedWith('Error', 7)])
  world.cluster.logs.write('shop', 'web-0', 'app', 'now\n')
  world.cluster.logs.write('shop', 'web-0', 'app', 'before\n', true)
  t.match((await world.run('-selector=app=web')).output, { error: { log: 'now\n' } })
})

t.test('only a crash has a log', async (t) => {
  const world = await World.start(t)
  world.deployment('web', [endedWith('OOMKilled')])
  world.cluster.logs.write('shop', 'web-0', 'app', 'text\n')
  await world.run('-selector=app=web')
  t.notMatch(world.api.requests.join(), /\/log\?/)
})

t.test('waits until it is decided', async (t) => {
  const world = await World.start(t)
  world.deployment('web', [waitingFor('ContainerCreating')])
  const waiting = world.run('-selector=app=web')
  await world.watching()
  const { cluster } = world
  cluster.patch('pods', 'shop', 'web-0', { status: RUNNING.status }, 'status')
  cluster.patch(
    'deployments',
    'shop',
    'web',
    { status: { readyReplicas: 1, availableReplicas: 1 } },
    'status',
  )
  t.match(await waiting, { code: 0, output: { success: true } })
})

function becomesReady({ cluster }: World): void {
  const status = { readyReplicas: 1, availableReplicas: 1 }
  cluster.patch('pods', 'shop', 'web-0', { status: RUNNING.status }, 'status')
  cluster.patch('deployments', 'shop', 'web', { status }, 'status')
}

/** Updates that the original took for finished, or died of. */
const BEGINNINGS: readonly (readonly [string, JsonObject, JsonObject])[] = [
  [
    'right after the apply, without the annotation of the controller',
    { metadata: { annotations: { 'deployment.kubernetes.io/revision': null } }, status: null },
    {},
  ],
  ['before the controller has seen the change', { spec: { minReadySeconds: 1 } }, {}],
  [
    'between the old and the new pods of a Recreate update',
    { status: { replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0 } },
    { strategy: { type: 'Recreate' } },
  ],
]

t.test('updates that only begin', async (t) => {
  for (const [name, change, spec] of BEGINNINGS) {
    const world = await World.start(t)
    world.deployment('web', [RUNNING], { spec })
    world.cluster.patch('deployments', 'shop', 'web', change)
    const { output } = await world.run('-selector=app=web', '-timeout', '200ms')
    t.match(output, { error: { code: 'not-progressing', message: /^Timed out/ } }, name)
  }
})

t.test('goes on where a later state can still be good', async (t) => {
  const slow = { ...unschedulable(new Date(Date.now() - 600_000), ''), spec: { nodeName: 'node-1' } }
  const onNode = { ...slow, status: { ...slow.status, conditions: [], containerStatuses: [] } }
  const cases: readonly (readonly [name: string, fill: (world: World) => void, flags: readonly string[]])[] =
    [
      [
        'an OOM kill in a Job with retries left',
        (world) => world.job('x', [endedWith('OOMKilled')], { failed: 1, active: 1 }),
        [],
      ],
      ['a Pending pod on a node', (world) => world.deployment('x', [onNode]), ['-pending-deadline=0']],
      [
        'a container name that is still taken',
        (world) => world.deployment('x', [waitingFor('CreateContainerError', 'busy')]),
        [],
      ],
    ]
  for (const [name, fill, flags] of cases) {
    const world = await World.start(t)
    fill(world)
    const { output } = await world.run('-selector=app=x', '-timeout=500ms', ...flags)
    t.match(output, { error: { code: 'not-progressing', message: /^Timed out/ } }, name)
  }
})

t.test('what is no verdict is of type program', async (t) => {
  const world = await World.start(t)
  world.deployment('web', [RUNNING])
  const program = (message: RegExp) => ({
    code: 1,
    output: { error: { code: '', type: 'program', message } },
  })
  t.match(await world.run('-selector', 'a==b==c'), program(/selector "a==b==c"/))
  t.match(await world.run('-kubecontext', 'nowhere'), program(/no context "nowhere"/))
  t.match(await world.runRaw('-kubeconfig', '/nonexistent'), program(/\/nonexistent/))
  world.api.access.forbid('statefulsets')
  t.match(await world.run('-selector=app=web'), program(/cannot .* resource "statefulsets"/))
  const other = await world.run('-selector=app=web', '-kind-filter=deployment')
  t.same(other.output, { success: true }, 'what is not needed is not asked for')
})

t.test('a role that was made for the original is enough: it may list and not watch', async (t) => {
  const world = await World.start(t)
  world.api.access.forbid('controllerrevisions')
  world.deployment('web', [waitingFor('ContainerCreating')])
  for (const plural of ['deployments', 'replicasets', 'pods', 'statefulsets', 'jobs'])
    world.api.access.forbidVerb('watch', plural)
  const waiting = world.run('-selector=app=web')
  await until('the pods are listed again and again', () => {
    const lists = world.api.requests.filter((request) => /\/pods\?limit/.test(request))
    return lists.length > 2
  })
  becomesReady(world)
  t.match(await waiting, { code: 0, output: { success: true } })
})

t.test('an API server that goes away for a moment ends nothing', async (t) => {
  const world = await World.start(t)
  world.deployment('web', [waitingFor('ContainerCreating')])
  const waiting = world.run('-selector=app=web')
  await world.watching()
  await world.api.stop()
  becomesReady(world)
  await world.api.start()
  t.match(await waiting, { code: 0, output: { success: true } })
})
