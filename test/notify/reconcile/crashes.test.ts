import t from 'tap'
import { parsePolicyText } from '../../../src/config/policy-file.ts'
import type { AppEvent } from '../../../src/notify/event.ts'
import { pod, STARTED_AT } from '../crashing-pod.ts'
import { ReconcilingReplica } from '../reconciling-replica.ts'

const UNKNOWN = { exitCode: 137, reason: 'ContainerStatusUnknown' }

function summarize(events: readonly AppEvent[]): string[] {
  return events.map(({ kind, count }) => `${kind} ${count}`)
}

t.test('crashes before the first start are not counted in a later event', async (t) => {
  const replica = new ReconcilingReplica()
  replica.cache.apply('pods', 'ADDED', pod(2, STARTED_AT - 5000, STARTED_AT - 4000), STARTED_AT)
  await replica.recordBaseline(STARTED_AT)
  t.strictSame(summarize(replica.reconcile(STARTED_AT)), [])
  replica.cache.apply('pods', 'MODIFIED', pod(3, STARTED_AT + 10, null), STARTED_AT + 10)
  t.strictSame(summarize(replica.reconcile(STARTED_AT + 10)), ['crashed 1'])
})

t.test('an unstable container at the first start is reported with all its crashes', async (t) => {
  const replica = new ReconcilingReplica()
  replica.cache.apply('pods', 'ADDED', pod(3, STARTED_AT - 5000, null), STARTED_AT)
  await replica.recordBaseline(STARTED_AT)
  t.strictSame(summarize(replica.reconcile(STARTED_AT)), ['crashed 3'])
})

t.test('a waiting event survives the pod and the replica that saw the crashes', async (t) => {
  const replica = new ReconcilingReplica()
  replica.cache.apply('pods', 'ADDED', pod(1, STARTED_AT + 10, null), STARTED_AT + 10)
  const [first] = replica.reconcile(STARTED_AT + 10)
  replica.cache.apply('pods', 'MODIFIED', pod(3, STARTED_AT + 20, null), STARTED_AT + 20)
  t.strictSame(replica.reconcile(STARTED_AT + 20), [], 'within ten minutes of the first event')
  replica.handOver()
  const remaining = replica.reconcile(STARTED_AT + 30)
  t.strictSame(summarize(remaining), ['crashed 2'])
  t.match(remaining[0], { pod: 'web-1-x', container: 'app', restarts: 2, exitCode: 1 })
  t.not(remaining[0]?.id, first?.id)
  t.strictSame(replica.reconcile(STARTED_AT + 40), [])
  t.strictSame([...replica.outbox.entries()], [], 'then the outbox is empty')
})

t.test('a replica that starts during the deletion of a pod sends the waiting event', async (t) => {
  const replica = new ReconcilingReplica()
  replica.cache.apply('pods', 'ADDED', pod(1, STARTED_AT + 10, null), STARTED_AT + 10)
  replica.reconcile(STARTED_AT + 10)
  replica.cache.apply('pods', 'MODIFIED', pod(2, STARTED_AT + 20, null), STARTED_AT + 20)
  replica.reconcile(STARTED_AT + 20)
  replica.handOver()
  const terminating = { ...pod(2, STARTED_AT + 20, null), deletedAt: STARTED_AT + 60 }
  replica.cache.apply('pods', 'ADDED', terminating, STARTED_AT + 30)
  t.strictSame(summarize(replica.reconcile(STARTED_AT + 30)), ['crashed 1'])
  t.strictSame(replica.reconcile(STARTED_AT + 31), [])
})

t.test('an end that nobody saw hides no later crash from a new replica', async (t) => {
  const replica = new ReconcilingReplica()
  replica.cache.apply('pods', 'ADDED', pod(3, STARTED_AT + 10, null), STARTED_AT + 10)
  t.strictSame(summarize(replica.reconcile(STARTED_AT + 10)), ['crashed 3'])
  replica.handOver()
  replica.cache.apply('pods', 'ADDED', pod(4, STARTED_AT + 20, STARTED_AT + 21, UNKNOWN), STARTED_AT + 22)
  t.strictSame(summarize(replica.reconcile(STARTED_AT + 50)), ['recovered 0'], 'no crash is reported twice')
  replica.cache.apply('pods', 'MODIFIED', pod(5, STARTED_AT + 700, null), STARTED_AT + 700)
  t.strictSame(summarize(replica.reconcile(STARTED_AT + 700)), ['crashed 1'])
})

t.test('a replica that saw no crash reports the recovery', async (t) => {
  const replica = new ReconcilingReplica()
  replica.cache.apply('pods', 'ADDED', pod(1, STARTED_AT + 10, null), STARTED_AT + 10)
  replica.reconcile(STARTED_AT + 10)
  replica.handOver()
  replica.cache.apply('pods', 'ADDED', pod(2, STARTED_AT + 20, STARTED_AT + 21, UNKNOWN), STARTED_AT + 22)
  t.strictSame(summarize(replica.reconcile(STARTED_AT + 100)), ['recovered 0'])
  t.strictSame(replica.reconcile(STARTED_AT + 200), [])
})

t.test("the server's policy decides when a container has recovered", async (t) => {
  const replica = new ReconcilingReplica()
  replica.policy = parsePolicyText('settleSeconds: 120')
  replica.cache.apply('pods', 'ADDED', pod(1, STARTED_AT + 10, null), STARTED_AT + 10)
  replica.reconcile(STARTED_AT + 10)
  replica.cache.apply('pods', 'MODIFIED', pod(1, STARTED_AT + 10, STARTED_AT + 20), STARTED_AT + 20)
  t.strictSame(replica.reconcile(STARTED_AT + 60), [], 'the built-in policy would report it after 10 s')
  t.strictSame(summarize(replica.reconcile(STARTED_AT + 141)), ['recovered 0'])
})

t.test("the server's policy decides whether a container was unstable at the first start", async (t) => {
  const replica = new ReconcilingReplica()
  replica.policy = parsePolicyText('settleSeconds: 120')
  replica.cache.apply('pods', 'ADDED', pod(1, STARTED_AT - 70, STARTED_AT - 60), STARTED_AT)
  await replica.recordBaseline(STARTED_AT)
  t.strictSame(
    summarize(replica.reconcile(STARTED_AT)),
    ['crashed 1'],
    'the built-in policy would call it recovered',
  )
})

t.test('a crash comes with what to do about it; of a pod that is gone, nothing shows more', async (t) => {
  const replica = new ReconcilingReplica()
  replica.cache.apply('pods', 'ADDED', pod(1, STARTED_AT + 10, null), STARTED_AT + 10)
  const [event] = replica.reconcile(STARTED_AT + 10)
  t.match(event, { remedy: /\S/, next: /^kubectl logs web-1-x -n \S+ -c app --previous$/ })
  const other = new ReconcilingReplica()
  other.cache.apply('pods', 'ADDED', pod(1, STARTED_AT + 10, null), STARTED_AT + 10)
  other.cache.apply('pods', 'DELETED', pod(1, STARTED_AT + 10, null), STARTED_AT + 11)
  t.match(other.reconcile(STARTED_AT + 12)[0], { remedy: /\S/, next: null })
})
