// Pods that do not start for a reason that only their own status or an event tells.
import t from 'tap'
import type { Pod } from '../../src/model/pod.ts'
import type { ClusterEvent } from '../../src/model/records.ts'
import { podFindings } from '../../src/rules/pod-findings.ts'
import { CONTEXT, condition, eventOf, factsOf, NOW, running } from './facts.ts'

const CREATING = { type: 'waiting', reason: 'ContainerCreating', message: '' } as const
const BLOCKED = { ...CREATING, reason: 'Blocked' }
const PENDING = { phase: 'Pending', ready: false, readySince: 0, createdAt: NOW - 100, containers: [] }
const STARTING = { ...PENDING, containers: [running('app', { ready: false, state: CREATING })] }
const CLAIM = 'FailedPrepareDynamicResources'

const CASES: readonly (readonly [
  title: string,
  pod: Partial<Pod>,
  events: readonly ClusterEvent[],
  found: string,
])[] = [
  ['pending', PENDING, [], ''],
  [
    'given up by its provider',
    { ...PENDING, reason: 'ProviderFailed' },
    [],
    'held-up ProviderFailed node-failure false',
  ],
  [
    '... for 3 min',
    { ...PENDING, reason: 'ProviderFailed', createdAt: NOW - 180 },
    [],
    'held-up ProviderFailed node-failure true',
  ],
  [
    '... by the event for less',
    { ...PENDING, reason: 'ProviderFailed', createdAt: NOW - 180 },
    [eventOf('ProviderCreateFailed')],
    'held-up ProviderFailed node-failure false',
  ],
  [
    'a message without a reason',
    { ...PENDING, message: 'out of quota' },
    [],
    'held-up Blocked node-failure false',
  ],
  [
    'admitted, but not run: an old kubelet',
    { ...PENDING, reason: 'AppArmor', containers: [running('app', { ready: false, state: BLOCKED })] },
    [],
    'held-up AppArmor invalid-config false',
  ],
  [
    'blocked without a reason',
    { ...PENDING, containers: [running('app', { ready: false, state: BLOCKED })] },
    [],
    'held-up Blocked node-failure false',
  ],
  ['not scheduled yet', { ...PENDING, node: '', reason: 'ProviderFailed' }, [], ''],
  ['it runs', { ...STARTING, phase: 'Running', reason: 'X', containers: [running()], ready: true }, [], ''],
  [
    'a claim that is not prepared',
    STARTING,
    [eventOf(CLAIM, { lastSeen: NOW - 10 })],
    `held-up ${CLAIM} node-failure false`,
  ],
  [
    '... for 5 min',
    { ...STARTING, createdAt: NOW - 400 },
    [eventOf(CLAIM, { firstSeen: NOW - 300 })],
    `held-up ${CLAIM} node-failure true`,
  ],
  [
    '... before',
    { ...STARTING, createdAt: NOW - 400 },
    [eventOf(CLAIM, { firstSeen: NOW - 299 })],
    `held-up ${CLAIM} node-failure false`,
  ],
  [
    '... that no event repeats',
    { ...STARTING, createdAt: NOW - 400 },
    [eventOf(CLAIM, { firstSeen: NOW - 300, lastSeen: NOW - 200 })],
    'starting ContainerCreating null false',
  ],
  [
    '... while the kubelet says that there is no sandbox',
    { ...STARTING, createdAt: NOW - 400, conditions: [condition('PodReadyToStartContainers', 'False')] },
    [eventOf(CLAIM, { firstSeen: NOW - 300, lastSeen: NOW - 200 })],
    `held-up ${CLAIM} node-failure true`,
  ],
  [
    'an event that tells nothing',
    STARTING,
    [eventOf('DNSConfigForming')],
    'starting ContainerCreating null false',
  ],
]

for (const [title, pod, events, expected] of CASES)
  t.test(title, async (t) => {
    const found = podFindings(factsOf(pod, events), CONTEXT)
    t.equal(found.map((one) => `${one.rule} ${one.reason} ${one.code} ${one.reached}`).join(), expected)
  })

t.test('what the containers of a starting pod wait for is named', async (t) => {
  const WAITING = { ...CREATING, reason: 'PodInitializing' }
  const spec = (restartPolicy: string) => ({
    restartPolicy: 'Always',
    containers: [],
    initContainers: [{ name: 'mesh', restartPolicy, restartRules: [], readinessProbe: false }],
  })
  const containers = [running('app', { ready: false, state: WAITING })]
  const cases: readonly (readonly [Partial<Pod>, RegExp | null])[] = [
    [
      { spec: spec('Always'), initContainers: [running('mesh', { ready: false })] },
      /^waits for its sidecar mesh, which runs but is not ready \(since/,
    ],
    [
      { spec: spec(''), initContainers: [running('mesh', { ready: false })] },
      /^waits for its init container mesh, which runs \(since/,
    ],
    [{ spec: spec('Always'), initContainers: [running('mesh')] }, null],
    [{ initContainers: [] }, null],
  ]
  for (const [pod, what] of cases) {
    const found = podFindings(factsOf({ ...PENDING, containers, ...pod }), CONTEXT)
    t.equal(found[0]?.rule, 'starting')
    if (what === null) t.equal(found.length, 1)
    else t.match(found[1], { rule: 'not-ready', class: 'warning', what })
  }
})
