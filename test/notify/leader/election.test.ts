import t from 'tap'
import { Election } from '../../../src/notify/leader/election.ts'
import { Lease } from '../../../src/notify/leader/lease.ts'
import { until } from '../../cluster/watch/watching.ts'
import { ManualTime } from '../../manual-time.ts'
import { longest, startObjects } from '../api-objects.ts'

t.test('who does not know the cluster leaves the lease to others, and gives it up at the end', async (t) => {
  const api = await startObjects(t)
  const time = new ManualTime()
  let knows = false
  const lease = new Lease(api, 'lynceus', 'sender', 'one', time.now)
  const other = new Lease(api, 'lynceus', 'sender', 'other', time.now)
  const log = { info: () => undefined, warn: () => undefined }
  const election = new Election({
    lease,
    isSynced: () => knows,
    schedule: time.schedule,
    random: longest,
    log,
  })
  election.start()
  /** The next rounds, one by one, until it is so. */
  const rounds = (what: string, holds: () => boolean) =>
    until(what, () => {
      const done = holds()
      if (!done && time.pending > 0) time.advance(2)
      return done
    })
  const start = time.now()
  await rounds('a second round', () => time.now() > start + 2)
  t.equal(lease.isHeld, false)
  t.equal(await other.acquire(), true, 'free for others')
  await other.release()
  knows = true
  await rounds('elected', () => lease.isHeld)
  t.equal(election.term, 1)
  knows = false
  await rounds('given up', () => !lease.isHeld && time.pending > 0)
  t.equal(await other.acquire(), true, 'at once')
  await other.release()
  knows = true
  await rounds('elected again', () => lease.isHeld)
  t.equal(election.term, 2, 'who was in office between may have sent')
  await election.stop()
  await lease.release()
  t.equal(await other.acquire(), true, 'at the end')
})
