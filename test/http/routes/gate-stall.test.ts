import t from 'tap'
import { QUESTION, waiting } from '../waiting.ts'

const CRASH = { exitCode: 1, reason: 'Error' }
const HOLDS = /must stay pass until/

t.test('a process that stood still while a pass settled takes no pass that it has not heard', async (t) => {
  // Within the settling, over its end, and just before it, so that its own schedule is hardly late.
  for (const [before, stalled] of [
    [1, 5],
    [1, 60],
    [2, 8.2],
  ] as const) {
    const { release, listen, time, heard } = await waiting(t)
    const pod = release()
    pod.becomesReady()
    await heard()
    const events = await listen()
    await events.saying(HOLDS)
    time.advance(before)
    pod.ends(CRASH)
    time.stall(stalled)
    time.advance(9)
    const crashed = await events.next(({ data }) => data.crashes === 1)
    t.match(crashed, { name: 'verdict', data: { verdict: 'pending' } }, `${stalled} s after ${before} s`)
    t.notOk(events.seen.some(({ name }) => name === 'final'))
    events.close()
  }
})

t.test('after a standstill the settling begins anew', async (t) => {
  const { release, listen, time, heard, awaiting } = await waiting(t)
  release().becomesReady()
  await heard()
  const events = await listen()
  const first = await events.saying(HOLDS)
  time.advance(9)
  time.stall(3)
  const again = await events.saying(HOLDS)
  t.not(again.data.message, first.data.message)
  time.advance(9.5)
  await awaiting(1, 1)
  time.advance(1)
  t.match(await events.named('final'), { data: { verdict: 'pass' } })
})

t.test('without settling, a pass by time alone is not taken right after a standstill', async (t) => {
  const { release, listen, time, heard } = await waiting(t)
  const pod = release()
  pod.becomesReady()
  pod.ends(CRASH)
  pod.starts()
  pod.becomesReady()
  await heard()
  const events = await listen(`${QUESTION}&settle=0`)
  await events.named('verdict')
  pod.ends(CRASH)
  time.stall(30)
  await events.next(({ data }) => data.crashes === 2)
  t.notOk(events.seen.some(({ name }) => name === 'final'))
})

t.test(
  'what was deleted before a standstill may have come back during it: it is waited for a moment longer',
  async (t) => {
    const { release, listen, time, heard, cluster, awaiting } = await waiting(t)
    release()
    await heard()
    const events = await listen(`${QUESTION}&timeout=5m`)
    await events.named('verdict')
    cluster.delete('deployments', 'shop', 'web')
    await events.saying(/deleted|gone|not found|no deployment/i)
    time.stall(60)
    await awaiting(1, 1)
    time.advance(3)
    t.match(await events.named('final'), { data: { verdict: 'fail', code: 'not-found' } })
  },
)
