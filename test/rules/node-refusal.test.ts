// Pods that nodes refuse: one is replaced, a row of them fails the revision, whatever the kubelet calls the reason.
import t from 'tap'
import type { RefusedPods } from '../../src/model/history.ts'
import type { Pod } from '../../src/model/pod.ts'
import type { PodFacts } from '../../src/rules/container-facts.ts'
import type { Context } from '../../src/rules/context.ts'
import { evictionFindings, podFindings } from '../../src/rules/pod-findings.ts'
import { CONTEXT, eventOf, factsOf, NOW, running } from './facts.ts'

/** A pod that was refused as soon as it was made. */
function refused(ago: number, rest: Partial<Pod> = {}): PodFacts {
  const name = `web-${ago}`
  return factsOf({
    name,
    uid: name,
    createdAt: NOW - ago,
    phase: 'Failed',
    reason: 'SysctlForbidden',
    ready: false,
    readySince: 0,
    containers: [],
    ...rest,
  })
}

const row = (agos: readonly number[], rest: Partial<Pod> = {}) => agos.map((ago) => refused(ago, rest))
const WAITING = { type: 'waiting', reason: 'ContainerCreating', message: '' } as const
/** A pod that a node took. */
const admitted = (ago: number, rest: Partial<Pod> = {}) =>
  factsOf({
    createdAt: NOW - ago,
    ready: false,
    containers: [running('app', { ready: false, state: WAITING })],
    ...rest,
  })
const ownedBy = (kind: string) => ({ owner: { apiVersion: 'apps/v1', kind, name: 'web', uid: 'web' } })

/** As the cache remembers pods that were deleted. */
function deleted(rest: Partial<RefusedPods>): RefusedPods {
  return {
    owner: 'web',
    revision: '',
    reason: 'SysctlForbidden',
    message: '',
    name: 'web-0',
    count: 1,
    firstAt: NOW - 20,
    lastAt: NOW - 20,
    nodes: ['a'],
    ...rest,
  }
}

const REASON = 'UnexpectedAdmissionError'

const CASES: readonly (readonly [
  title: string,
  pods: readonly PodFacts[],
  found: string,
  rest?: {
    readonly deleted?: readonly RefusedPods[]
    readonly complete?: true
    readonly owner?: Context['owner']
  },
])[] = [
  ['none', [factsOf()], ''],
  ['one', row([5]), 'threshold false'],
  ['two within 10 s', row([15, 5]), 'threshold false'],
  ['two more than 10 s apart', row([16, 5]), 'threshold true'],
  ['five within 10 s', row([9, 8, 7, 6, 5]), 'threshold false'],
  ['six within 10 s', row([10, 9, 8, 7, 6, 5]), 'threshold true'],
  ['two on two nodes', [...row([6]), ...row([5], { node: 'b' })], 'threshold true'],
  ['two for two reasons', [...row([20]), ...row([5], { reason: 'AppArmor' })], 'threshold false'],
  ['for a reason that a kubelet may get', row([16, 5], { reason: 'WhatMayCome' }), 'threshold true'],
  ['for no reason', row([16, 5], { reason: '' }), 'threshold true'],
  ['one that nothing replaces for 3 min', row([59]), 'threshold false'],
  ['a full node, twice at once', row([8, 8, 7, 7, 6, 6], { reason: 'OutOfpods' }), 'threshold false'],
  ['a full node on and on', row([30, 20, 5], { reason: 'OutOfcpu' }), 'threshold true'],
  ['a device that is not there yet', row([100, 80, 60, 40, 20, 5], { reason: REASON }), 'threshold false'],
  ['a device that never comes', row([180, 120, 60, 5], { reason: REASON }), 'threshold true'],
  ['a node that shuts down', row([170, 100, 50, 5], { reason: 'NodeShutdown' }), 'threshold false'],
  ['beside a complete workload', row([30, 5]), 'warning false', { complete: true }],
  ['in a Job, which counts failures itself', row([30, 5]), 'warning false', { owner: 'job' }],
  ['of a pod that nothing replaces', row([30, 5]), '', { owner: 'bare' }],
  ['long ago', row([3_000, 2_980]), ''],
  ['a pod that a node took ends the row', [...row([40, 20]), admitted(10)], ''],
  ['... and the next begins', [...row([40, 20]), admitted(15), ...row([5])], 'threshold false'],
  ['a pod that was taken before ends nothing', [admitted(50), ...row([40, 20])], 'threshold true'],
  [
    'a pod that no node took yet ends nothing',
    [...row([40, 20]), factsOf({ createdAt: NOW - 2, ready: false, phase: 'Pending', containers: [] })],
    'threshold true',
  ],
  [
    'a pod that ran before its node was restarted',
    [refused(5_000, { reason: 'NodeAffinity', readySince: NOW - 4_990 })],
    '',
  ],
  [
    '... of which only the event says when',
    [{ ...refused(5_000, { reason: 'NodeAffinity' }), events: [eventOf('NodeAffinity')] }],
    '',
  ],
  ['deleted ones', [], 'threshold true', { deleted: [deleted({ count: 2, firstAt: NOW - 40 })] }],
  ['deleted ones and one that is there', row([5]), 'threshold true', { deleted: [deleted({})] }],
  ['a deleted one for another reason', row([5]), 'threshold false', { deleted: [deleted({ reason: 'X' })] }],
  [
    'deleted ones that a pod of the name replaced',
    [admitted(10, { name: 'web-0', ...ownedBy('StatefulSet') })],
    '',
    { deleted: [deleted({ count: 9 })] },
  ],
  [
    '... another pod did not',
    [admitted(10, { name: 'web-1', ...ownedBy('StatefulSet') })],
    'threshold true',
    { deleted: [deleted({ count: 9 })] },
  ],
  [
    '... a pod on the node did',
    [admitted(10, { node: 'a', ...ownedBy('DaemonSet') })],
    '',
    { deleted: [deleted({ count: 9 })] },
  ],
  [
    '... one on another node did not',
    [admitted(10, { node: 'b', ...ownedBy('DaemonSet') })],
    'threshold true',
    { deleted: [deleted({ count: 9 })] },
  ],
]

for (const [
  title,
  pods,
  expected,
  { deleted: gone = [], complete = false, owner = 'controller' } = {},
] of CASES)
  t.test(title, async (t) => {
    for (const order of [pods, pods.toReversed()]) {
      const found = evictionFindings(order, gone, complete, { ...CONTEXT, owner })
      t.equal(found.map((one) => `${one.class} ${one.reached}`).join(), expected)
      for (const one of found) if (one.reached) t.equal(one.podUid, null, 'it is about the revision')
    }
  })

t.test('the code is that of the reason', async (t) => {
  const code = (reason: string) => evictionFindings(row([30, 5], { reason }), [], false, CONTEXT)[0]?.code
  for (const reason of ['SysctlForbidden', 'AppArmor', 'SMTAlignmentError', 'PodFeatureUnsupported'])
    t.equal(code(reason), 'invalid-config', reason)
  for (const reason of ['TopologyAffinityError', 'OutOfcpu', REASON, 'WhatMayCome'])
    t.equal(code(reason), 'node-failure', reason)
})

t.test('the sentence quotes the cause, and stays the same while pod after pod is made', async (t) => {
  const message = 'Pod was rejected: forbidden sysctl: "net.core.somaxconn" not allowlisted'
  const what = (agos: readonly number[]) =>
    evictionFindings(row(agos, { message }), [], false, CONTEXT)[0]?.what
  t.match(
    what([5]),
    /^was refused by node a at .* UTC: forbidden sysctl: "net.core.somaxconn" not allowlisted; fails at/,
  )
  t.match(what([30, 5]), /^was refused by node a: forbidden sysctl: .*; so is each pod \(since .*\)$/)
  t.equal(what([30, 20, 5]), what([30, 5]))
})

t.test('a pod that nothing replaces is lost with its first refusal', async (t) => {
  const [found] = podFindings(refused(5, { reason: 'WhatMayCome' }), { ...CONTEXT, owner: 'bare' })
  t.match(found, {
    rule: 'refused',
    class: 'fatal',
    reached: true,
    code: 'node-failure',
    reason: 'WhatMayCome',
  })
})
