// Pods on nodes that do not answer: said by the node where it may be read, else only by the pod's own status.
import t from 'tap'
import type { Pod } from '../../src/model/pod.ts'
import type { Node } from '../../src/model/records.ts'
import type { NodeFacts } from '../../src/rules/container-facts.ts'
import { hangingPod } from '../../src/rules/deadline.ts'
import { nextLossAt } from '../../src/rules/lost-node.ts'
import { podFindings } from '../../src/rules/pod-findings.ts'
import { CONTEXT, condition, factsOf, NOW, running } from './facts.ts'

function nodeOf(ready: string, ago = 60, rest: Partial<Node> = {}): Node {
  return {
    namespace: '',
    name: 'a',
    uid: 'node-a',
    resourceVersion: '1',
    createdAt: 1,
    deletedAt: null,
    labels: {},
    owner: null,
    ready,
    readySince: NOW - ago,
    reason: ready === 'True' ? '' : 'NodeStatusUnknown',
    message: '',
    unschedulable: false,
    leaving: [],
    ...rest,
  }
}

const [SILENT, BROKEN, WELL] = [nodeOf('Unknown'), nodeOf('False'), nodeOf('True')]
const LONG_AGO = [running('app', { state: { type: 'running', startedAt: NOW - 5_000 } })]
/** As the node lifecycle controller marks it: without a reason. */
const MARKED = {
  ready: false,
  readySince: NOW - 55,
  conditions: [condition('Ready', 'False')],
  containers: LONG_AGO,
}
const WAITING = { type: 'waiting', reason: 'ContainerCreating', message: '' } as const
const NEW = {
  ready: false,
  phase: 'Pending',
  conditions: [condition('Ready', 'False', { reason: 'ContainersNotReady' })],
  containers: [running('app', { ready: false, state: WAITING })],
}
const ENDING = { deletedAt: NOW - 60 }

const CASES: readonly (readonly [
  title: string,
  pod: Partial<Pod>,
  node: NodeFacts | undefined,
  found: string,
])[] = [
  ['ready, whatever the node says', {}, SILENT, ''],
  ['the node does not answer', MARKED, SILENT, 'node-not-ready warning NodeStatusUnknown'],
  ['the node says that it is not ready', MARKED, BROKEN, 'node-not-ready warning NodeStatusUnknown'],
  ['the node is gone', MARKED, 'gone', 'node-not-ready warning NodeLost'],
  [
    'the node is not known yet',
    { ...NEW, createdAt: NOW - 59 },
    'gone',
    'starting progressing ContainerCreating',
  ],
  ['the node is not known still', { ...NEW, createdAt: NOW - 60 }, 'gone', 'node-not-ready warning NodeLost'],
  ['the node answers again', MARKED, WELL, 'not-ready warning null'],
  ['it starts on a node that does not answer', NEW, SILENT, 'node-not-ready warning NodeStatusUnknown'],
  ['it starts on a node that is new', NEW, nodeOf('False', 299), 'starting progressing ContainerCreating'],
  [
    'it starts on a node that is broken',
    NEW,
    nodeOf('False', 300),
    'node-not-ready warning NodeStatusUnknown',
  ],
  ['a node without a state', NEW, nodeOf(''), 'starting progressing ContainerCreating'],
  [
    'its container is not ready on a node that is not',
    { ...MARKED, containers: [running('app', { ready: false })] },
    BROKEN,
    'not-ready warning null',
  ],
  [
    'it became ready a minute before its node stopped',
    { ...MARKED, containers: [running('app', { state: { type: 'running', startedAt: NOW - 120 } })] },
    SILENT,
    'node-killed progressing NodeStatusUnknown',
  ],
  [
    'it started after its node had stopped',
    { ...MARKED, containers: [running('app', { state: { type: 'running', startedAt: NOW - 30 } })] },
    SILENT,
    'node-not-ready warning NodeStatusUnknown',
  ],
  ['without nodes: marked by a controller', MARKED, undefined, 'node-not-ready progressing null'],
  [
    'without nodes: its own reason',
    { ...MARKED, conditions: [condition('Ready', 'False', { reason: 'NodeStatusUnknown' })] },
    undefined,
    'node-not-ready warning NodeStatusUnknown',
  ],
  [
    'without nodes: its own word',
    { ...MARKED, reason: 'NodeLost' },
    undefined,
    'node-not-ready warning NodeLost',
  ],
  ['without nodes: starts', NEW, undefined, 'starting progressing ContainerCreating'],
  ['ends in time', { ...MARKED, deletedAt: NOW - 59 }, undefined, ''],
  [
    'a mirror pod hangs',
    { ...ENDING, owner: { apiVersion: 'v1', kind: 'Node', name: 'a', uid: 'a' } },
    undefined,
    '',
  ],
  ['not scheduled', { ...NEW, node: '', containers: [] }, undefined, ''],
]

function factsWith(pod: Partial<Pod>, node: NodeFacts | undefined) {
  return node === undefined ? factsOf(pod) : { ...factsOf(pod), node }
}

for (const [title, pod, node, expected] of CASES)
  t.test(title, async (t) => {
    const found = podFindings(factsWith(pod, node), CONTEXT)
    t.equal(found.map((one) => `${one.rule} ${one.class} ${one.reason}`).join(), expected)
  })

t.test('what the sentence says of the node', async (t) => {
  const cases: readonly (readonly [Partial<Pod>, NodeFacts | undefined, RegExp])[] = [
    [
      MARKED,
      nodeOf('Unknown', 60, { message: 'Kubelet stopped posting node status.' }),
      /node a, which does not answer \(since .*\): NodeStatusUnknown, Kubelet stopped posting node status$/,
    ],
    [
      MARKED,
      nodeOf('Unknown', 60, { leaving: ['karpenter.sh/disrupted'] }),
      /about to go \(taint karpenter.sh\/disrupted\)$/,
    ],
    [MARKED, 'gone', /node a, which is gone$/],
    [
      MARKED,
      undefined,
      /its node a may not answer, which Lynceus cannot see without the right to read nodes$/,
    ],
    [
      { ...MARKED, containers: [running('app', { ready: false })] },
      nodeOf('True', 60, { unschedulable: true }),
      /container app; its node is cordoned$/,
    ],
  ]
  for (const [pod, node, what] of cases) t.match(podFindings(factsWith(pod, node), CONTEXT)[0]?.what, what)
})

t.test('what is said of the node of a pod that hangs in its deletion', async (t) => {
  const cases: readonly (readonly [NodeFacts | undefined, RegExp])[] = [
    [WELL, /^hangs in Terminating on node a, which answers: it should have been gone at/],
    [
      SILENT,
      /^hangs in Terminating on node a, which does not answer \(since .*\): NodeStatusUnknown: it should/,
    ],
    ['gone', /^hangs in Terminating on node a, which is gone: it should/],
    [undefined, /^hangs in Terminating on node a, which may not answer: it should/],
  ]
  for (const [node, what] of cases)
    t.match(hangingPod(factsWith({ ...MARKED, ...ENDING }, node), NOW), { what })
  const early = hangingPod(factsWith({ ...MARKED, deletedAt: NOW - 59 }, undefined), NOW)
  t.match(early.what, /^hangs in Terminating on node a: it should/, 'not for long')
})

t.test('when time alone makes a node a lost one', async (t) => {
  const cases: readonly (readonly [Partial<Pod>, NodeFacts | undefined, number | null])[] = [
    [{}, SILENT, null],
    [MARKED, undefined, null],
    [{ deletedAt: NOW - 20 }, undefined, NOW + 40],
    [{ deletedAt: NOW + 20 }, undefined, NOW + 80],
    [ENDING, undefined, null],
    [{ ...NEW, createdAt: NOW - 20 }, 'gone', NOW + 40],
    [NEW, nodeOf('False', 100), NOW + 200],
    [NEW, nodeOf('False', 300), null],
  ]
  for (const [pod, node, at] of cases) t.equal(nextLossAt(factsWith(pod, node), NOW), at)
})
