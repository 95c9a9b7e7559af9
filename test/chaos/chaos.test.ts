import t from 'tap'
import { chaos } from './chaos.ts'

/** A short `npm run test:chaos` with a fixed seed. */
t.test('a service that is killed repeatedly loses no event and reports none twice', async (t) => {
  const { violations, figures } = await chaos({
    seed: 1,
    kills: 5,
    killsWithTwo: 1,
    apps: 6,
    speed: 60,
    stepMs: 15,
    maxLifeMs: 400,
    maxFailures: 1,
    settleTimeoutMs: 60_000,
    progress: (line) => t.comment(line),
  })
  t.strictSame(violations, [])
  t.equal(figures.kills, 5)
  t.ok((figures.events ?? 0) > 0, `${figures.events} events`)
})
