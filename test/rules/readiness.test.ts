// Pods that run and are not ready: none of them may look well.
import t from 'tap'
import type { Pod } from '../../src/model/pod.ts'
import { podFindings } from '../../src/rules/pod-findings.ts'
import { CONTEXT, condition, factsOf, NOW, running } from './facts.ts'

const UNREADY = { ready: false, readySince: NOW - 100 } as const
const GATE = condition('example.com/gate', 'False')
const SPEC = { restartPolicy: 'Always', containers: [], initContainers: [] }
const GATED = { ...SPEC, readinessGates: ['example.com/other', 'example.com/gate'] }
const SIDECAR = { name: 'mesh', restartPolicy: 'Always', restartRules: [], readinessProbe: true }

const CASES: readonly (readonly [
  title: string,
  pod: Partial<Pod>,
  rule: string | null,
  reason: string | null,
])[] = [
  ['ready', {}, null, null],
  [
    'a container is not ready',
    { ...UNREADY, containers: [running('app', { ready: false })] },
    'not-ready',
    null,
  ],
  [
    'one of two is not ready',
    { ...UNREADY, containers: [running('app'), running('side', { ready: false })] },
    'not-ready',
    null,
  ],
  [
    'a readiness gate is closed',
    { ...UNREADY, spec: GATED, conditions: [GATE] },
    'not-ready',
    'example.com/gate',
  ],
  [
    'a readiness gate nobody knows of',
    { ...UNREADY, spec: GATED, conditions: [condition('example.com/gate', 'Unknown')] },
    'not-ready',
    'example.com/gate',
  ],
  [
    'a readiness gate that has no condition',
    { ...UNREADY, spec: GATED, conditions: [condition('example.com/gate', '')] },
    'not-ready',
    'example.com/gate',
  ],
  [
    'a condition of another controller is no gate',
    { ...UNREADY, spec: SPEC, conditions: [condition('Ready', 'False', { reason: 'X' }), GATE] },
    'not-ready',
    'X',
  ],
  [
    'a sidecar is not ready',
    {
      ...UNREADY,
      spec: { ...SPEC, initContainers: [SIDECAR] },
      initContainers: [running('mesh', { ready: false })],
    },
    'not-ready',
    null,
  ],
  [
    'the kubelet says why',
    { ...UNREADY, conditions: [condition('Ready', 'False', { reason: 'UnknownContainerStatuses' })] },
    'not-ready',
    'UnknownContainerStatuses',
  ],
  [
    'an open gate beside a closed one',
    { ...UNREADY, spec: GATED, conditions: [condition('example.com/other', 'True'), GATE] },
    'not-ready',
    'example.com/gate',
  ],
  [
    'what the kubelet says of restarts and resizes is no gate',
    {
      ...UNREADY,
      conditions: ['AllContainersRestarting', 'PodResizePending', 'PodResizeInProgress'].map((type) =>
        condition(type, 'False'),
      ),
    },
    'node-not-ready',
    null,
  ],
  ['all its containers are ready', UNREADY, 'node-not-ready', null],
  [
    'conditions of the kubelet are no gates',
    {
      ...UNREADY,
      conditions: ['Ready', 'ContainersReady', 'Initialized', 'PodScheduled', 'DisruptionTarget']
        .filter((type) => type !== 'PodScheduled')
        .map((type) => condition(type, 'False')),
    },
    'node-not-ready',
    null,
  ],
  ['is over', { ...UNREADY, phase: 'Succeeded', containers: [running('app', { ready: false })] }, null, null],
  [
    'is being deleted',
    { ...UNREADY, deletedAt: NOW - 1, containers: [running('app', { ready: false })] },
    null,
    null,
  ],
]

for (const [title, pod, rule, reason] of CASES)
  t.test(title, async (t) => {
    const findings = podFindings(factsOf(pod), CONTEXT).map((one) => [one.rule, one.reason])
    t.strictSame(findings, rule === null ? [] : [[rule, reason]])
  })

t.test('since when: not before the pod was made', async (t) => {
  const containers = [running('app', { ready: false })]
  const since = (pod: Partial<Pod>) =>
    podFindings(factsOf({ ...UNREADY, containers, ...pod }), CONTEXT)[0]?.since
  t.equal(since({}), NOW - 100)
  t.equal(since({ readySince: 0 }), NOW - 600)
})

t.test('which gates, containers and sidecars are named, and why', async (t) => {
  const READY = condition('Ready', 'False', { reason: 'ReadinessGatesNotReady' })
  const cases: readonly (readonly [Partial<Pod>, RegExp])[] = [
    [
      { spec: GATED, conditions: [READY, condition('example.com/gate', '')] },
      /readiness gate example.com\/gate \(since .*\), which nothing has set yet$/,
    ],
    [
      {
        spec: GATED,
        conditions: [
          READY,
          condition('example.com/other', 'False', { reason: 'Unhealthy', message: 'No targets yet.' }),
          condition('example.com/gate', ''),
        ],
      },
      /gate example.com\/other and example.com\/gate \(since .*\): Unhealthy, No targets yet$/,
    ],
    [
      {
        spec: { ...SPEC, initContainers: [SIDECAR] },
        initContainers: [running('mesh', { ready: false })],
        containers: [running('app', { ready: false }), running('log', { ready: false })],
      },
      /: containers app and log and sidecar mesh$/,
    ],
  ]
  for (const [pod, what] of cases)
    t.match(podFindings(factsOf({ ...UNREADY, ...pod }), CONTEXT)[0]?.what, what)
})
