import t from 'tap'
import { Lease } from '../../../src/notify/leader/lease.ts'
import { startObjects } from '../api-objects.ts'

t.test(
  'one of two holds the lease; a released one can be acquired at once, a lost one after 15 s',
  async (t) => {
    const api = await startObjects(t)
    let now = 1_700_000_000
    const lease = (name: string) => new Lease(api, 'lynceus', 'sender', name, () => now)
    const [one, other, third] = [lease('one'), lease('other'), lease('third')]
    t.same([await one.acquire(), await other.acquire()], [true, false])
    now += 8
    t.same([await one.acquire(), await other.acquire()], [true, false], 'renewed')
    await one.release()
    t.same([one.isHeld, await other.acquire(), await one.acquire()], [false, true, false], 'handed over')
    t.equal(await third.acquire(), false)
    now += 11
    t.equal(other.isHeld, false, 'not renewed: it ends before another can acquire it')
    t.equal(await third.acquire(), false)
    t.equal(third.expiresIn, 4)
    now += 5
    t.equal(await third.acquire(), true)
    t.equal(third.expiresIn, Number.POSITIVE_INFINITY)
  },
)
