import t from 'tap'
import { chaos } from './chaos.ts'

/** A short `npm run test:chaos`, always the same play. */
t.test('nothing is lost and nothing told twice by a service that is killed again and again', async (t) => {
  const { violations, figures } = await chaos({
    seed: 1,
    kills: 5,
    killsOfTwo: 1,
    apps: 6,
    speed: 60,
    stepMs: 15,
    longestLifeMs: 400,
    mostFailures: 1,
    patienceMs: 60_000,
    progress: (line) => t.comment(line),
  })
  t.strictSame(violations, [])
  t.equal(figures.kills, 5)
  t.ok((figures.events ?? 0) > 0, `${figures.events} events`)
})
