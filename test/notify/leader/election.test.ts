import t from 'tap'
import { Election } from '../../../src/notify/leader/election.ts'
import { Lease } from '../../../src/notify/leader/lease.ts'
import { until } from '../../cluster/watch/watching.ts'
import { ManualTime } from '../../manual-time.ts'
import { longest, startObjects } from '../api-objects.ts'

t.test(
  'a replica that is not synced leaves the lease to others, and a stopped one releases it',
  async (t) => {
    const api = await startObjects(t)
    const time = new ManualTime()
    let isSynced = false
    const lease = new Lease(api, 'lynceus', 'sender', 'one', time.now)
    const other = new Lease(api, 'lynceus', 'sender', 'other', time.now)
    const log = { info: () => undefined, warn: () => undefined }
    const election = new Election({
      lease,
      isSynced: () => isSynced,
      schedule: time.schedule,
      random: longest,
      log,
    })
    election.start()
    /** Runs attempt after attempt until the condition holds. */
    const rounds = (what: string, holds: () => boolean) =>
      until(what, () => {
        const done = holds()
        if (!done && time.pending > 0) time.advance(2)
        return done
      })
    const start = time.now()
    await rounds('a second round', () => time.now() > start + 2)
    t.equal(lease.isHeld, false)
    t.equal(await other.acquire(), true, 'others can acquire it')
    await other.release()
    isSynced = true
    await rounds('elected', () => lease.isHeld)
    t.equal(election.term, 1)
    isSynced = false
    await rounds('released', () => !lease.isHeld && time.pending > 0)
    t.equal(await other.acquire(), true, 'at once')
    await other.release()
    isSynced = true
    await rounds('elected again', () => lease.isHeld)
    t.equal(election.term, 2, 'another replica may have sent in between')
    await election.stop()
    await lease.release()
    t.equal(await other.acquire(), true, 'at the end')
  },
)
