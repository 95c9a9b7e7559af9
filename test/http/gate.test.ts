import t from 'tap'
import { QUESTION, waiting } from './waiting.ts'

t.test('a rollout that completes passes once it has held for settle', async (t) => {
  const { stage, release, listen, time, heard, get, waiting: wait } = await waiting(t)
  const pod = release()
  await heard()
  const events = await listen()
  t.equal(events.response.status, 200)
  t.match(await events.named('verdict'), { data: { verdict: 'pending', target: 'deployment/web' } })
  const answered = get(`/gate?${QUESTION}`)
  await wait(2)
  pod.becomesReady()
  t.match(await events.next(({ data }) => /must hold until/.test(String(data.message))), {
    data: { verdict: 'pending', readyPods: 1, revision: stage.hash },
  })
  time.advance(9)
  t.equal(events.seen.at(-1)?.data.verdict, 'pending')
  time.advance(2)
  const final = await events.named('final')
  t.match(final, { data: { verdict: 'pass', code: null, revision: stage.hash } })
  t.match(await answered, { status: 200, body: { verdict: 'pass', readyPods: 1 } })
  await events.ended()
  await wait(0)
  t.equal(time.pending, 0)
})
