// DaemonSets whose nodes do not answer.
import t from 'tap'
import type { Assessment } from '../../src/kinds/assessment.ts'
import { judgeDaemonSet } from '../../src/kinds/daemonset.ts'
import type { Pod } from '../../src/model/pod.ts'
import type { DaemonSet } from '../../src/model/records.ts'
import { DEFAULT_SCOPE } from '../../src/rules/context.ts'
import { LYNCEUS } from '../../src/rules/policies/lynceus.ts'

const NOW = 1_000_000
const META = {
  namespace: 'n',
  resourceVersion: '1',
  createdAt: NOW - 600,
  deletedAt: null,
  owner: null,
}

interface Shape {
  readonly node: string
  /** The node has stopped answering: the control plane calls its pods not ready. */
  readonly silent?: boolean
  readonly revision?: string
}

function podOf({ node, silent = false, revision = 'new' }: Shape): Pod {
  const name = `agent-${node}-${revision}`
  return {
    ...META,
    name,
    uid: name,
    labels: { 'controller-revision-hash': revision },
    node,
    phase: 'Running',
    reason: '',
    message: '',
    ready: !silent,
    readySince: NOW - 300,
    conditions: [],
    spec: {
      restartPolicy: 'Always',
      containers: [{ name: 'app', restartPolicy: '', restartRules: [], readinessProbe: false }],
      initContainers: [],
    },
    containers: [
      {
        name: 'app',
        ready: true,
        restarts: 0,
        state: { type: 'running', startedAt: NOW - 500 },
        last: null,
      },
    ],
    initContainers: [],
  }
}

function judged(shapes: readonly Shape[], status: Partial<DaemonSet>, now = NOW): Assessment {
  const desired = status.desired ?? shapes.length
  const available = shapes.filter(
    ({ silent, revision = 'new' }) => silent !== true && revision === 'new',
  ).length
  const daemonSet: DaemonSet = {
    ...META,
    name: 'agent',
    uid: 'agent',
    labels: {},
    generation: 1,
    annotations: {},
    observedGeneration: 1,
    strategy: 'RollingUpdate',
    maxUnavailable: '1',
    minReadySeconds: 0,
    desired,
    current: desired,
    updated: desired,
    available,
    ...status,
  }
  return judgeDaemonSet(
    {
      daemonSet,
      revision: 'new',
      revisionSince: NOW - 600,
      pods: shapes.map((shape) => ({ pod: podOf(shape), history: undefined, events: [] })),
    },
    { policy: LYNCEUS, now, scope: DEFAULT_SCOPE, owner: 'controller' },
  )
}

t.test('with all nodes silent nothing shows that it is well, and no deadline makes it fail', async (t) => {
  const all = ['a', 'b', 'c'].map((node) => ({ node, silent: true }))
  const message = /; DaemonSet agent has none of its 3 pods on a node that answers/
  for (const now of [NOW, NOW + 86_400])
    t.match(judged(all, {}, now), { verdict: 'pending', message, desired: 3 })
})

t.test('beside nodes that answer, those that do not are not its fault', async (t) => {
  const one = judged([{ node: 'a' }, { node: 'b' }, { node: 'c', silent: true }], {})
  t.match(one, { verdict: 'pass', desired: 2 })
})

t.test('two pods on one silent node excuse one', async (t) => {
  const surge = [
    { node: 'a', silent: true, revision: 'old' },
    { node: 'a', silent: true },
    { node: 'b' },
    { node: 'c', revision: 'old' },
  ]
  t.match(judged(surge, { desired: 3, updated: 1 }), { verdict: 'pending', desired: 2 })
})

t.test('one that wants no pods passes', async (t) => {
  t.match(judged([], {}), { verdict: 'pass', message: 'DaemonSet agent wants no pods.' })
})
