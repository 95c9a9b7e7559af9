// Pods that nodes end: one is the node's affair, replacements that fare alike are the pod's.
import t from 'tap'
import type { Pod } from '../../src/model/pod.ts'
import type { PodFacts } from '../../src/rules/container-facts.ts'
import type { Context } from '../../src/rules/context.ts'
import { evictionFindings } from '../../src/rules/pod-findings.ts'
import { CONTEXT, NOW, podOf } from './facts.ts'

function lost(name: string, createdAgo: number, endedAgo: number, rest: Partial<Pod> = {}): Pod {
  const [createdAt, readySince] = [NOW - createdAgo, NOW - endedAgo]
  return podOf({
    name,
    uid: name,
    phase: 'Failed',
    reason: 'Evicted',
    ready: false,
    createdAt,
    readySince,
    ...rest,
  })
}

const toFacts = (pod: Pod): PodFacts => ({ pod, history: undefined, events: [] })

const FIRST = lost('a', 500, 300)
const SECOND = lost('b', 290, 100)

const CASES: readonly (readonly [
  title: string,
  pods: readonly Pod[],
  found: string,
  owner?: Context['owner'],
])[] = [
  ['none', [podOf()], ''],
  ['one', [FIRST], 'warning false'],
  ['two in succession', [FIRST, SECOND], 'threshold true'],
  ['two in succession, whatever the order', [SECOND, FIRST], 'threshold true'],
  ['the second was made as the first was ended', [FIRST, lost('b', 300, 100)], 'threshold true'],
  ['two at the same time', [FIRST, lost('b', 301, 100)], 'warning false'],
  ['of which one is forgotten', [lost('a', 900, 600), SECOND], 'warning false'],
  ['of which one is not yet forgotten', [lost('a', 900, 599), SECOND], 'threshold true'],
  ['of which one is being deleted', [lost('a', 500, 300, { deletedAt: NOW }), SECOND], 'warning false'],
  ['of which one ended by itself', [lost('a', 500, 300, { reason: '' }), SECOND], 'warning false'],
  [
    'of which one exceeded its own deadline',
    [lost('a', 500, 300, { reason: 'DeadlineExceeded' }), SECOND],
    'warning false',
  ],
  ['in succession within seconds', [lost('a', 500, 110), lost('b', 110, 100)], 'warning false'],
  ['a few seconds more', [lost('a', 500, 111), lost('b', 111, 100)], 'threshold true'],
  [
    'for a reason that a kubelet may get',
    [lost('a', 500, 300, { reason: 'NoIdea' }), SECOND],
    'threshold true',
  ],
  ...['Shutdown', 'NodeShutdown', 'Terminated', 'NodeLost'].map(
    (reason) =>
      [
        `as their nodes ended: ${reason}`,
        [lost('a', 500, 300, { reason }), lost('b', 290, 100, { reason })],
        'warning false',
      ] as const,
  ),
  ['of a Job', [FIRST, SECOND], 'warning false', 'job'],
  ['of a pod that nothing replaces', [FIRST, SECOND], '', 'bare'],
  ['three, of which two in succession', [FIRST, lost('b', 480, 290), SECOND], 'threshold true'],
]

for (const [title, pods, expected, owner = 'controller'] of CASES)
  t.test(title, async (t) => {
    const found = evictionFindings(pods.map(toFacts), [], false, { ...CONTEXT, owner })
    t.equal(found.map((one) => `${one.class} ${one.reached}`).join(), expected)
    for (const one of found) t.equal(one.podUid, null, 'it is about the revision')
  })

t.test('until when, since when, and of which pod', async (t) => {
  const [found] = evictionFindings([SECOND, FIRST].map(toFacts), [], false, CONTEXT)
  t.match(found, { since: NOW - 300, changesAt: NOW + 300, subject: 'pod/b', reason: 'Evicted' })
})
