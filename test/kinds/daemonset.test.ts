// DaemonSets whose nodes do not answer, or whose pods are not ready for another reason.
import t from 'tap'
import type { Assessment } from '../../src/kinds/assessment.ts'
import { judgeDaemonSet } from '../../src/kinds/daemonset.ts'
import type { Pod } from '../../src/model/pod.ts'
import type { DaemonSet } from '../../src/model/records.ts'
import type { PodFacts } from '../../src/rules/container-facts.ts'
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
  /** The node may not be read. */
  readonly unseen?: boolean
  readonly deletedAt?: number
  readonly startedAt?: number
  /** Its readiness gate has no condition. */
  readonly gated?: boolean
}

function podOf({ node, silent = false, revision = 'new', deletedAt, startedAt, gated = false }: Shape): Pod {
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
    deletedAt: deletedAt ?? null,
    ready: !silent && !gated,
    readySince: NOW - 300,
    conditions: gated ? [GATE] : silent ? [MARKED] : [],
    spec: {
      restartPolicy: 'Always',
      containers: [{ name: 'app', restartPolicy: '', restartRules: [], readinessProbe: false }],
      initContainers: [],
      readinessGates: gated ? [GATE.type] : [],
    },
    containers: [
      {
        name: 'app',
        ready: true,
        restarts: 0,
        state: { type: 'running', startedAt: startedAt ?? NOW - 5_000 },
        last: null,
      },
    ],
    initContainers: [],
  }
}

const MARKED = {
  type: 'Ready',
  status: 'False',
  reason: '',
  message: '',
  since: NOW - 300,
  updatedAt: NOW - 300,
}
const GATE = { type: 'example.com/gate', status: '', reason: '', message: '', since: 0, updatedAt: 0 }

function factsOf(shape: Shape): PodFacts {
  const pod = { pod: podOf(shape), history: undefined, events: [] }
  if (shape.unseen === true) return pod
  const ready = shape.silent === true ? 'Unknown' : 'True'
  const node = {
    ...META,
    namespace: '',
    name: shape.node,
    uid: shape.node,
    labels: {},
    ready,
    readySince: NOW - 300,
  }
  const reason = ready === 'True' ? '' : 'NodeStatusUnknown'
  return { ...pod, node: { ...node, reason, message: '', unschedulable: false, leaving: [] } }
}

function judged(shapes: readonly Shape[], status: Partial<DaemonSet>, now = NOW): Assessment {
  const desired = status.desired ?? shapes.length
  const available = shapes.filter(
    ({ silent, gated, revision = 'new' }) => silent !== true && gated !== true && revision === 'new',
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
      pods: shapes.map(factsOf),
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

const [A, B, C] = [{ node: 'a' }, { node: 'b' }, { node: 'c' }] as const

const CASES: readonly (readonly [
  title: string,
  pods: readonly Shape[],
  status: Partial<DaemonSet>,
  expected: Readonly<Record<string, unknown>>,
])[] = [
  [
    'a readiness gate that nothing sets is waited for',
    [A, B, { ...C, gated: true }],
    {},
    { verdict: 'pending', message: /pod agent-c-new waits for its readiness gate example.com\/gate/i },
  ],
  [
    'a node that stopped soon after the new version had started there is not excused',
    [A, B, { ...C, silent: true, startedAt: NOW - 400 }],
    {},
    {
      verdict: 'pending',
      code: 'node-failure',
      message: /became ready on node c, which then does not answer/,
    },
  ],
  [
    'nor is one that may not be read',
    [A, B, { ...C, silent: true, unseen: true }],
    {},
    { verdict: 'pending', code: 'node-failure', message: /its node c may not answer/ },
  ],
  [
    'a pod of the old version on a lost node is excused, whenever it started',
    [A, B, { ...C, silent: true, revision: 'old', startedAt: NOW - 400 }],
    { updated: 2 },
    { verdict: 'pass', desired: 2 },
  ],
  [
    'also while it hangs in its deletion',
    [A, B, { ...C, silent: true, revision: 'old', deletedAt: NOW - 10 }],
    { updated: 2 },
    { verdict: 'pass', desired: 2 },
  ],
  [
    'without the right to read nodes, when it hangs for a minute',
    [A, B, { ...C, unseen: true, revision: 'old', deletedAt: NOW - 60 }],
    { updated: 2 },
    { verdict: 'pass', desired: 2 },
  ],
  [
    '... not before',
    [A, B, { ...C, unseen: true, revision: 'old', deletedAt: NOW - 59 }],
    { updated: 2 },
    { verdict: 'pending', findings: [{ rule: 'incomplete', changesAt: NOW + 1 }] },
  ],
  [
    'a pod that hangs on a node that answers is waited for',
    [A, B, { ...C, revision: 'old', deletedAt: NOW - 100 }],
    { updated: 2 },
    { verdict: 'pending', message: /agent-c-old hangs in Terminating on node c, which answers/ },
  ],
  [
    'a lost node with a new pod does not stand for one with an old pod',
    [{ ...A, silent: true }, B, { ...C, revision: 'old' }],
    { updated: 2, available: 2 },
    { verdict: 'pending', desired: 2 },
  ],
]

for (const [title, pods, status, expected] of CASES)
  t.test(title, async (t) => {
    t.match(judged(pods, status), expected)
  })

t.test('one that wants no pods passes', async (t) => {
  t.match(judged([], {}), { verdict: 'pass', message: 'DaemonSet agent wants no pods.' })
})
