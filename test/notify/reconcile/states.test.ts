import t from 'tap'
import { ClusterCache } from '../../../src/cache/cluster-cache.ts'
import { parsePolicyText } from '../../../src/config/policy-file.ts'
import type { ContainerState, Pod } from '../../../src/model/pod.ts'
import type { Entry } from '../../../src/notify/outbox/entries.ts'
import { findPendingReports } from '../../../src/notify/reconcile/pending-reports.ts'
import { LYNCEUS } from '../../../src/rules/policies/lynceus.ts'
import type { Policy } from '../../../src/rules/policy.ts'

const AT = 1_700_000_000
const LABELS = { 'akkeris.io/app-name': 'shop' }

function podIn(state: ContainerState, given: Partial<Pod> = {}): Pod {
  const container = { name: 'app', ready: false, started: false, restarts: 0, state, last: null }
  const spec = { name: 'app', restartPolicy: '', restartRules: [], readinessProbe: true, startupProbe: false }
  return {
    namespace: 'prod',
    name: 'shop-1-x',
    uid: 'pod',
    resourceVersion: '1',
    createdAt: AT,
    deletedAt: null,
    labels: LABELS,
    owner: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'shop-1', uid: 'set' },
    node: 'n',
    phase: 'Pending',
    reason: '',
    message: '',
    ready: false,
    readySince: AT,
    conditions: [],
    spec: { restartPolicy: 'Always', containers: [spec], initContainers: [] },
    containers: [container],
    initContainers: [],
    ...given,
  }
}

function codes(
  pod: Pod,
  now: number,
  outbox = new Map<string, Entry>(),
  policy: Policy = LYNCEUS,
): (string | null)[] {
  const cache = new ClusterCache()
  cache.apply('pods', 'ADDED', pod, now)
  const steps = findPendingReports({
    view: cache,
    outbox: { get: (key) => outbox.get(key), entries: () => outbox.entries() },
    selection: { namespaces: [], selector: [] },
    clusterUid: 'c',
    baselineAt: AT,
    now,
    staleAfterSeconds: 30,
    policy,
  })
  for (const { entries } of steps)
    for (const [key, entry] of entries) if (entry !== undefined) outbox.set(key, entry)
  return steps.flatMap(({ events }) => events.map(({ code }) => code))
}

const waiting = (reason: string) => ({ type: 'waiting', reason, message: '' }) as const
const running = podIn({ type: 'running', startedAt: AT }, { phase: 'Running' })
const unscheduled = {
  type: 'PodScheduled',
  status: 'False',
  reason: 'Unschedulable',
  message: 'no nodes',
  since: AT,
  updatedAt: AT,
}

t.test('legacy codes of states without a crash', async (t) => {
  t.same(codes(podIn(waiting('ContainerCreating')), AT + 5), [], 'it is being created')
  t.same(codes(podIn(waiting('ErrImagePull')), AT + 5), ['H99'])
  t.same(codes(podIn(waiting('ImagePullBackOff')), AT + 5), ['H99'])
  t.same(codes(podIn(waiting(''), { containers: [], conditions: [unscheduled] }), AT + 5), ['H98'])
  t.same(codes(podIn(waiting('CreateContainerConfigError')), AT + 5), [], 'a Secret may come late')
  t.same(
    codes(podIn(waiting('CreateContainerConfigError')), AT + 301),
    ['H0'],
    'without an event a pull may come before',
  )
  t.same(codes(running, AT + 60), [], 'a boot may take a minute')
  t.same(codes(running, AT + 61), ['H20'])
  t.same(
    codes({ ...running, labels: { ...LABELS, 'akkeris.io/dyno-type': 'worker' } }, AT + 61),
    [],
    'only web',
  )
  t.same(codes({ ...running, deletedAt: AT }, AT + 61), [], 'not while it is deleted')
})

t.test('a state that returns with each start is reported after 10 minutes, then every hour', async (t) => {
  const outbox = new Map<string, Entry>()
  const reports: number[] = []
  for (let minute = 0; minute <= 140; minute += 2) {
    const at = AT + minute * 60
    const { containers } = running
    const started = containers.map((one) => ({
      ...one,
      restarts: minute,
      state: { type: 'running', startedAt: at } as const,
    }))
    if (codes({ ...running, containers: started }, at + 70, outbox).length > 0) reports.push(minute)
  }
  t.strictSame(reports, [0, 10, 70, 130])
})

t.test('a state is reported once', async (t) => {
  const outbox = new Map<string, Entry>()
  t.same(codes(podIn(waiting('ErrImagePull')), AT + 5, outbox), ['H99'])
  t.same(codes(podIn(waiting('ImagePullBackOff')), AT + 900, outbox), [])
})

t.test("the server's policy decides about states", async (t) => {
  const pod = podIn(waiting('CreateContainerConfigError'))
  const slow = parsePolicyText('rules: { config-missing: { seconds: 300 } }')
  t.same(codes(pod, AT + 31, new Map(), slow), [], 'the built-in policy would report it after 30 s')
  t.same(codes(pod, AT + 301, new Map(), slow), ['H0'])
})
