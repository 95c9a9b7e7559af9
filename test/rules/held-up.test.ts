// Pods that do not start for a reason that only their own status tells.
import t from 'tap'
import type { Pod } from '../../src/model/pod.ts'
import type { ClusterEvent } from '../../src/model/records.ts'
import { podFindings } from '../../src/rules/pod-findings.ts'
import { CONTEXT, eventOf, factsOf, NOW, running } from './facts.ts'

const CREATING = { type: 'waiting', reason: 'ContainerCreating', message: '' } as const
const BLOCKED = { ...CREATING, reason: 'Blocked' }
const PENDING = { phase: 'Pending', ready: false, readySince: 0, createdAt: NOW - 100, containers: [] }
const STARTING = { ...PENDING, containers: [running('app', { ready: false, state: CREATING })] }

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
