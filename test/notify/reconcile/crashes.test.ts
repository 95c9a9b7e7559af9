import t from 'tap'
import { parsePolicyText } from '../../../src/config/policy-file.ts'
import type { AppEvent } from '../../../src/notify/event.ts'
import { BEGAN, pod } from '../crashing-pod.ts'
import { Looking } from '../looking.ts'

const UNKNOWN = { exitCode: 137, reason: 'ContainerStatusUnknown' }

function brief(events: readonly AppEvent[]): string[] {
  return events.map(({ kind, count }) => `${kind} ${count}`)
}

t.test('crashes that were over at the very first start are not in the count of a later one', async (t) => {
  const looking = new Looking()
  looking.cache.apply('pods', 'ADDED', pod(2, BEGAN - 5000, BEGAN - 4000), BEGAN)
  await looking.begin(BEGAN)
  t.strictSame(brief(looking.look(BEGAN)), [])
  looking.cache.apply('pods', 'MODIFIED', pod(3, BEGAN + 10, null), BEGAN + 10)
  t.strictSame(brief(looking.look(BEGAN + 10)), ['crashed 1'])
})

t.test('a container that is down at the very first start is told, with all its crashes', async (t) => {
  const looking = new Looking()
  looking.cache.apply('pods', 'ADDED', pod(3, BEGAN - 5000, null), BEGAN)
  await looking.begin(BEGAN)
  t.strictSame(brief(looking.look(BEGAN)), ['crashed 3'])
})

t.test('crashes that wait to be told outlive both their pod and who saw them', async (t) => {
  const looking = new Looking()
  looking.cache.apply('pods', 'ADDED', pod(1, BEGAN + 10, null), BEGAN + 10)
  const [first] = looking.look(BEGAN + 10)
  looking.cache.apply('pods', 'MODIFIED', pod(3, BEGAN + 20, null), BEGAN + 20)
  t.strictSame(looking.look(BEGAN + 20), [], 'in the ten minutes after the first')
  looking.handOver()
  const left = looking.look(BEGAN + 30)
  t.strictSame(brief(left), ['crashed 2'])
  t.match(left[0], { pod: 'web-1-x', container: 'app', restarts: 2, exitCode: 1 })
  t.not(left[0]?.id, first?.id)
  t.strictSame(looking.look(BEGAN + 40), [])
  t.strictSame([...looking.ledger.entries()], [], 'and then nothing is kept')
})

t.test('who comes while the pod is leaving tells what waits', async (t) => {
  const looking = new Looking()
  looking.cache.apply('pods', 'ADDED', pod(1, BEGAN + 10, null), BEGAN + 10)
  looking.look(BEGAN + 10)
  looking.cache.apply('pods', 'MODIFIED', pod(2, BEGAN + 20, null), BEGAN + 20)
  looking.look(BEGAN + 20)
  looking.handOver()
  const leaving = { ...pod(2, BEGAN + 20, null), deletedAt: BEGAN + 60 }
  looking.cache.apply('pods', 'ADDED', leaving, BEGAN + 30)
  t.strictSame(brief(looking.look(BEGAN + 30)), ['crashed 1'])
  t.strictSame(looking.look(BEGAN + 31), [])
})

t.test('an end that nobody saw hides no later crash from a replica that just began', async (t) => {
  const looking = new Looking()
  looking.cache.apply('pods', 'ADDED', pod(3, BEGAN + 10, null), BEGAN + 10)
  t.strictSame(brief(looking.look(BEGAN + 10)), ['crashed 3'])
  looking.handOver()
  looking.cache.apply('pods', 'ADDED', pod(4, BEGAN + 20, BEGAN + 21, UNKNOWN), BEGAN + 22)
  t.strictSame(brief(looking.look(BEGAN + 50)), ['recovered 0'], 'no crash that was told is told again')
  looking.cache.apply('pods', 'MODIFIED', pod(5, BEGAN + 700, null), BEGAN + 700)
  t.strictSame(brief(looking.look(BEGAN + 700)), ['crashed 1'])
})

t.test('a recovery is told by who saw none of the crashes', async (t) => {
  const looking = new Looking()
  looking.cache.apply('pods', 'ADDED', pod(1, BEGAN + 10, null), BEGAN + 10)
  looking.look(BEGAN + 10)
  looking.handOver()
  looking.cache.apply('pods', 'ADDED', pod(2, BEGAN + 20, BEGAN + 21, UNKNOWN), BEGAN + 22)
  t.strictSame(brief(looking.look(BEGAN + 100)), ['recovered 0'])
  t.strictSame(looking.look(BEGAN + 200), [])
})

t.test("when a container counts as recovered is the server's policy", async (t) => {
  const looking = new Looking()
  looking.policy = parsePolicyText('settleSeconds: 120')
  looking.cache.apply('pods', 'ADDED', pod(1, BEGAN + 10, null), BEGAN + 10)
  looking.look(BEGAN + 10)
  looking.cache.apply('pods', 'MODIFIED', pod(1, BEGAN + 10, BEGAN + 20), BEGAN + 20)
  t.strictSame(looking.look(BEGAN + 60), [], 'the built-in policy would tell it after 10 s')
  t.strictSame(brief(looking.look(BEGAN + 141)), ['recovered 0'])
})

t.test("whether a container was down at the very first start is the server's policy", async (t) => {
  const looking = new Looking()
  looking.policy = parsePolicyText('settleSeconds: 120')
  looking.cache.apply('pods', 'ADDED', pod(1, BEGAN - 70, BEGAN - 60), BEGAN)
  await looking.begin(BEGAN)
  t.strictSame(brief(looking.look(BEGAN)), ['crashed 1'], 'the built-in policy would call it recovered')
})
