// Controllers that may not create their pods, with the texts of Kubernetes 1.34.
import t from 'tap'
import type { ClusterEvent } from '../../src/model/records.ts'
import { createForbiddenByEvent, NOTHING_KNOWN } from '../../src/rules/create.ts'

const NOW = 1_000_000

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
