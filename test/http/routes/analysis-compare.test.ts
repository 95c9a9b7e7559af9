import t from 'tap'
import type { EmbeddedCluster } from '../../../testing/fake-apiserver/index.ts'
import { until } from '../../cluster/watch/watching.ts'
import { replicaSet, type Serving, serving } from '../serving.ts'

interface PodShape {
  readonly name: string
  readonly crashes?: number
  readonly exitCode?: number
  readonly node?: string
  /** Since when it is there, minutes. */
  readonly minutes?: number
  readonly started?: boolean
}

const USUAL_MINUTES = 10

/** A pod of a ReplicaSet of that hash. */
function addPod(cluster: EmbeddedCluster, hash: string, owner: string, shape: PodShape): void {
  const { name, crashes = 0, exitCode = 1, node = 'node-1', minutes = USUAL_MINUTES, started = true } = shape
  const created = new Date(Date.now() - minutes * 60_000).toISOString()
  const crashed = new Date(Date.now() - 5_000).toISOString()
  const ended = {
    exitCode,
    reason: 'Error',
    startedAt: created,
    finishedAt: crashed,
    containerID: `c://${name}`,
  }
  cluster.create('pods', {
    metadata: {
      name,
      namespace: 'shop',
      labels: { app: 'web', 'rollouts-pod-template-hash': hash },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `web-${hash}`, uid: owner, controller: true },
      ],
    },
    spec: { containers: [{ name: 'app', image: 'app:1' }], nodeName: node, restartPolicy: 'Always' },
    status: {
      phase: 'Running',
      containerStatuses: [
        {
          name: 'app',
          ready: started,
          started,
          restartCount: crashes,
          image: 'app:1',
          imageID: 'app:1',
          state: started ? { running: { startedAt: crashed } } : { waiting: { reason: 'ContainerCreating' } },
          ...(crashes > 0 ? { lastState: { terminated: ended } } : {}),
        },
      ],
    },
  })
}

const COMPARE = '/analyze/compare?namespace=shop&hash=new&stableHash=old'

interface Scene {
  readonly title: string
  readonly canary: readonly PodShape[]
  readonly stable: readonly PodShape[]
  readonly query?: string
  readonly expected: { readonly verdict: string; readonly reason?: string | null; readonly message?: RegExp }
}

const DAY = 24 * 60

const SCENES: readonly Scene[] = [
  {
    title: 'both run',
    canary: [{ name: 'c1' }],
    stable: [{ name: 's1', minutes: DAY }],
    expected: {
      verdict: 'pass',
      reason: null,
      message: /0 crashes in 0.17 pod-hours, the stable revision 0 in 24/,
    },
  },
  {
    title: 'one crash in one pod is not infinitely worse',
    canary: [{ name: 'c1', crashes: 1 }],
    stable: [{ name: 's1', minutes: DAY }],
    expected: { verdict: 'pass' },
  },
  {
    title: 'the canary loops, the stable one does not',
    canary: [{ name: 'c1', crashes: 3 }],
    stable: [
      { name: 's1', minutes: DAY },
      { name: 's2', minutes: DAY },
    ],
    expected: {
      verdict: 'fail',
      reason: 'CrashesMoreThanStable',
      message: /3 crashes in 0.17 pod-hours.*by chance/,
    },
  },
  {
    title: 'tolerated by a larger maxDelta',
    canary: [{ name: 'c1', crashes: 3 }],
    stable: [{ name: 's1', minutes: DAY }],
    query: '&maxDelta=5',
    expected: { verdict: 'pass' },
  },
  {
    title: 'two young versions: too little to be sure',
    canary: [{ name: 'c1', crashes: 3 }],
    stable: [{ name: 's1', minutes: 10 }],
    expected: { verdict: 'pending', reason: null, message: /too often to be sure/ },
  },
  {
    title: 'the stable one crashes in the same way since the canary came',
    canary: [{ name: 'c1', crashes: 4 }],
    stable: [
      { name: 's1', minutes: 10 * DAY, crashes: 3 },
      { name: 's2', minutes: 10 * DAY, crashes: 3 },
    ],
    expected: { verdict: 'pending', reason: 'StableCrashesToo', message: /both fail in the same way/ },
  },
  {
    title: 'the stable one crashes in another way',
    canary: [{ name: 'c1', crashes: 4 }],
    stable: [
      { name: 's1', minutes: 10 * DAY, crashes: 3, exitCode: 7 },
      { name: 's2', minutes: 10 * DAY },
    ],
    expected: { verdict: 'fail', reason: 'CrashesMoreThanStable' },
  },
  {
    title: 'only on one node, and well on two others',
    canary: [
      { name: 'c1', crashes: 4, node: 'node-1' },
      { name: 'c2', node: 'node-2' },
      { name: 'c3', node: 'node-3' },
    ],
    stable: [{ name: 's1', minutes: DAY, node: 'node-2' }],
    expected: { verdict: 'pending', reason: 'SingleNode', message: /on node node-1 alone/ },
  },
  {
    title: 'all pods on one node: no reason to blame it',
    canary: [
      { name: 'c1', crashes: 4 },
      { name: 'c2', crashes: 4 },
    ],
    stable: [{ name: 's1', minutes: DAY }],
    expected: { verdict: 'fail' },
  },
  {
    title: 'nothing has started',
    canary: [{ name: 'c1', started: false }],
    stable: [{ name: 's1', minutes: DAY }],
    expected: { verdict: 'pending', message: /No container of the canary has started/ },
  },
  {
    title: 'fewer pods than asked for',
    canary: [{ name: 'c1' }],
    stable: [{ name: 's1', minutes: DAY }],
    query: '&minPods=2',
    expected: { verdict: 'pending', message: /only 1 of the 2 pods/ },
  },
  {
    title: 'nothing to compare with',
    canary: [{ name: 'c1' }],
    stable: [],
    expected: { verdict: 'pending', message: /no stable pod/ },
  },
]

async function set(t: Parameters<typeof serving>[0], { canary, stable }: Scene): Promise<Serving> {
  const clock = { at: Date.now() }
  const scene = await serving(t, { cluster: { now: () => clock.at } })
  const owners = {
    new: replicaSet(scene.cluster, 'new', canary.length),
    old: replicaSet(scene.cluster, 'old', stable.length),
  }
  const add = (hash: 'new' | 'old', shape: PodShape): void => {
    clock.at = Date.now() - (shape.minutes ?? USUAL_MINUTES) * 60_000
    addPod(scene.cluster, hash, owners[hash], shape)
  }
  for (const shape of canary) add('new', shape)
  for (const shape of stable) add('old', shape)
  await until('all pods', () => scene.service.cache.objects.pods.size === canary.length + stable.length)
  return scene
}

for (const scene of SCENES)
  t.test(scene.title, async (t) => {
    const { get } = await set(t, scene)
    const { status, body } = await get(`${COMPARE}${scene.query ?? ''}`)
    t.equal(status, 200)
    t.match(body, { ...scene.expected, target: 'hash=new' })
  })

t.test('what is asked wrongly is named', async (t) => {
  const { get, post } = await serving(t)
  for (const [path, detail] of [
    ['/analyze/compare?namespace=shop&hash=a', /stableHash/],
    ['/analyze/compare?namespace=shop&hash=a&stableHash=b&maxRatoi=3', /did you mean maxRatio/],
    ['/analyze/compare?namespace=shop&hash=a&stableHash=b&maxRatio=0', /maxRatio/],
    ['/analyze/compare?namespace=shop&hash=a&stableHash=b&limit=1', /limit: unknown parameter/],
  ] as const)
    t.match(await get(path), { status: 400, body: { code: 'bad-parameters', detail } }, path)
  t.match(await get(COMPARE), { status: 404, body: { code: 'not-found' } })
  const asked = { namespace: 'shop', hash: 'new', stableHash: 'old' }
  t.match(await post('/analyze/compare', asked), { status: 404, body: { code: 'not-found' } })
})

t.test('answers are counted by the name of the route', async (t) => {
  const { get, service } = await set(t, {
    title: 'one of each',
    canary: [{ name: 'c1' }],
    stable: [{ name: 's1', minutes: DAY }],
    expected: { verdict: 'pass' },
  })
  await get(COMPARE)
  const metrics = await (await fetch(`${service.url}/metrics`)).text()
  t.match(metrics, /lynceus_analyses_total\{route="\/analyze\/compare",verdict="pass"\} 1/)
})

t.test('data that are missing never pass', async (t) => {
  const { get } = await serving(t, { stalled: true })
  t.match(await get(COMPARE), { status: 503 })
  t.match(await get(`${COMPARE}&onStale=unknown`), { status: 200, body: { verdict: 'unknown' } })
})
