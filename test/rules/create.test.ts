// Controllers that may not create their pods, with the texts of Kubernetes 1.34.
import t from 'tap'
import type { ClusterEvent } from '../../src/model/records.ts'
import {
  createForbidden,
  createForbiddenByEvent,
  oldPodsStay,
  oldPodsStayByEvent,
  type Refusal,
  replicaSetRefused,
} from '../../src/rules/create.ts'
import { NOTHING_KNOWN, type RefusalFacts } from '../../src/rules/quota.ts'
import { weigh, workloadSubject } from '../../src/rules/rule-match.ts'
import { CONTEXT, condition, eventOf, NOW, podOf } from './facts.ts'

function failedCreate(message: string): ClusterEvent {
  return {
    namespace: 'n',
    name: 'e',
    uid: 'e',
    resourceVersion: '1',
    createdAt: NOW - 40,
    deletedAt: null,
    labels: {},
    owner: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'state', uid: 's' },
    fieldPath: '',
    type: 'Warning',
    reason: 'FailedCreate',
    message,
    count: 5,
    firstSeen: NOW - 40,
    lastSeen: NOW - 10,
  }
}

t.test('the message quotes the refusal to its end', async (t) => {
  const cause = 'error looking up service account failures/absent: serviceaccount "absent" not found'
  const refusal = `pods "stateful-account-missing-0" is forbidden: ${cause}`
  const texts = [
    `create Pod stateful-account-missing-0 in StatefulSet stateful-account-missing failed error: ${refusal}`,
    `Error creating: ${refusal}`,
  ]
  for (const text of texts) {
    const match = createForbiddenByEvent({ ...NOTHING_KNOWN, events: [failedCreate(text)] }, 0, 1, NOW)
    t.match(match, { rule: { id: 'create-forbidden' }, reason: 'FailedCreate', since: NOW - 40 }, text)
    t.ok(match?.what.endsWith(`: ${cause}`), 'to its end')
    t.notMatch(match?.what, /create Pod/, 'nothing that is known already')
  }
})

const QUOTA =
  'pods "web-1" is forbidden: exceeded quota: mem, requested: pods=1, used: pods=2, limited: pods=2'
const DOWN =
  'Internal error occurred: failed calling webhook "w": failed to call webhook: no endpoints available for service "hook"'
const DENIED = 'admission webhook "w" denied the request: no'
const failing = (message: string, seconds: number, reason = 'FailedCreate') => [
  condition('ReplicaFailure', 'True', { reason, message, since: NOW - seconds }),
]
/** Rule, and whether it has failed already. */
function weighed(match: Refusal | null): string {
  if (match === null) return 'nothing'
  const { rule, code, reached } = weigh(match, workloadSubject('Deployment', 'web'), CONTEXT)
  return `${rule} ${code} ${reached ? 'fails' : 'waits'}`
}

t.test('each kind of refusal has its rule, its code and its time', async (t) => {
  const CASES: readonly (readonly [message: string, seconds: number, is: string])[] = [
    [QUOTA, 29, 'quota-exceeded resource-limits-exceeded waits'],
    [QUOTA, 30, 'quota-exceeded resource-limits-exceeded fails'],
    [DENIED, 29, 'admission-refused invalid-config waits'],
    [DENIED, 30, 'admission-refused invalid-config fails'],
    [DOWN, 299, 'webhook-unavailable invalid-config waits'],
    [DOWN, 300, 'webhook-unavailable invalid-config fails'],
    ['etcdserver: request timed out', 299, 'create-forbidden resource-limits-exceeded waits'],
    ['etcdserver: request timed out', 300, 'create-forbidden resource-limits-exceeded fails'],
    ['serviceaccount "bot" not found', 30, 'create-forbidden resource-limits-exceeded fails'],
  ]
  for (const [message, seconds, is] of CASES)
    t.equal(
      weighed(createForbidden(failing(message, seconds), NOTHING_KNOWN, NOW)),
      is,
      `${message} ${seconds}`,
    )
  t.equal(weighed(createForbidden([], NOTHING_KNOWN, NOW)), 'nothing')
})

t.test('a refused deletion says so, of old revisions too', async (t) => {
  const waits = 'delete-refused not-progressing waits'
  const fails = 'delete-refused not-progressing fails'
  t.equal(weighed(oldPodsStay(failing(DENIED, 29, 'FailedDelete'), NOW)), waits)
  t.equal(weighed(oldPodsStay(failing(DENIED, 30, 'FailedDelete'), NOW)), fails)
  t.equal(weighed(oldPodsStay(failing(DOWN, 299, 'FailedDelete'), NOW)), waits, 'the webhook may come back')
  t.equal(weighed(oldPodsStay(failing(QUOTA, 90), NOW)), 'nothing', 'old pods need not be created any more')
  t.equal(weighed(createForbidden(failing(DENIED, 30, 'FailedDelete'), NOTHING_KNOWN, NOW)), fails)
  const event = eventOf('FailedDelete', {
    message: `delete Pod web-0 in StatefulSet web failed error: ${DENIED}`,
    firstSeen: NOW - 40,
    lastSeen: NOW - 20,
  })
  const facts = { ...NOTHING_KNOWN, events: [event] }
  t.equal(weighed(oldPodsStayByEvent(facts, NOW - 50, 1, NOW)), fails)
  t.equal(weighed(oldPodsStayByEvent(facts, NOW - 50, 0, NOW)), 'nothing', 'no old pod is left')
  t.equal(weighed(oldPodsStayByEvent(facts, NOW - 10, 1, NOW)), 'nothing', 'a pod was replaced after it')
})

t.test('a used-up quota waits for pods that are ending, and for the next attempt after them', async (t) => {
  const attempts = (firstAgo: number, lastAgo: number) => [
    eventOf('FailedCreate', { message: QUOTA, firstSeen: NOW - firstAgo, lastSeen: NOW - lastAgo }),
  ]
  const ending = (left: number) => [podOf({ name: 'old-1', deletedAt: NOW + left })]
  const CASES: readonly (readonly [title: string, facts: Partial<RefusalFacts>, is: 'fails' | 'waits'])[] = [
    ['nothing ends', {}, 'fails'],
    ['a pod is ending', { ending: ending(10) }, 'waits'],
    ['a pod is a moment over its time', { ending: ending(-59) }, 'waits'],
    ['a pod hangs: the quota does not count it any more', { ending: ending(-60) }, 'fails'],
    ['a pod went long before the refusal', { lastEndAt: NOW - 101 }, 'fails'],
    ['a pod went, and nothing was tried since', { lastEndAt: NOW - 40, events: attempts(100, 45) }, 'waits'],
    [
      'a pod went, but the quota was not counted anew yet',
      { lastEndAt: NOW - 40, events: attempts(100, 31) },
      'waits',
    ],
    [
      'a pod went, and the quota refuses all the same',
      { lastEndAt: NOW - 40, events: attempts(100, 30) },
      'fails',
    ],
    [
      'a pod went a moment ago, and the quota refuses',
      { lastEndAt: NOW - 29, events: attempts(100, 5) },
      'waits',
    ],
    [
      'a pod went, and the next attempt is overdue',
      { lastEndAt: NOW - 70, events: attempts(100, 90) },
      'fails',
    ],
    ['a pod went; attempts are unknown', { lastEndAt: NOW - 20 }, 'waits'],
    ['a pod went soon after the refusal; attempts are unknown', { lastEndAt: NOW - 80 }, 'fails'],
  ]
  for (const [title, facts, is] of CASES) {
    const match = createForbidden(failing(QUOTA, 100), { ...NOTHING_KNOWN, ...facts }, NOW)
    t.equal(weighed(match), `quota-exceeded resource-limits-exceeded ${is}`, title)
  }
  const waiting = createForbidden(failing(QUOTA, 100), { ...NOTHING_KNOWN, ending: ending(10) }, NOW)
  t.match(waiting, { what: /pod old-1 is ending/, changesAt: NOW + 70 })
})

t.test('a quota on ReplicaSets is not freed by pods', async (t) => {
  const message =
    'Failed to create new replica set "web-5d4": replicasets.apps "web-5d4" is forbidden: exceeded quota: n, requested: count/replicasets.apps=1'
  const refused = (since: number, changedAt = 0, reason = 'ReplicaSetCreateError') =>
    replicaSetRefused([condition('Progressing', 'False', { reason, message, since })], changedAt, NOW)
  t.match(refused(NOW - 40), {
    reason: 'ReplicaSetCreateError',
    what: /cannot create its ReplicaSet.*exceeded quota: n/,
  })
  t.equal(weighed(refused(NOW - 30)), 'quota-exceeded resource-limits-exceeded fails')
  t.equal(weighed(refused(NOW - 29)), 'quota-exceeded resource-limits-exceeded waits')
  t.equal(
    weighed(refused(NOW - 300, NOW - 1)),
    'quota-exceeded resource-limits-exceeded waits',
    'another spec was refused',
  )
  t.equal(refused(NOW - 40, 0, 'ProgressDeadlineExceeded'), null)
  t.equal(
    replicaSetRefused([condition('Progressing', 'True', { reason: 'ReplicaSetCreateError' })], 0, NOW),
    null,
  )
})

t.test('one failure has several events, as each names another pod', async (t) => {
  const events = [50, 48, 45, 40].map((ago) =>
    eventOf('FailedCreate', { message: DENIED, firstSeen: NOW - ago, lastSeen: NOW - ago }),
  )
  const combined = eventOf('FailedCreate', {
    message: `(combined from similar events): Error creating: ${DENIED}`,
    firstSeen: NOW - 35,
    lastSeen: NOW - 21,
  })
  const facts = { ...NOTHING_KNOWN, events: [...events, combined] }
  const match = createForbiddenByEvent(facts, NOW - 60, 1, NOW)
  t.equal(weighed(match), 'admission-refused invalid-config fails')
  t.match(match, { since: NOW - 50, what: /: admission webhook "w" denied/ })
  t.equal(createForbiddenByEvent(facts, NOW - 60, 0, NOW), null, 'no pod is missing')
  t.equal(createForbiddenByEvent(facts, NOW - 20, 1, NOW), null, 'a pod was made after it')
  t.equal(createForbiddenByEvent(facts, NOW - 60, 1, NOW + 40), null, 'the next attempt is overdue')
})
