import t from 'tap'
import { clock, quote, sinceWhen } from '../../src/rules/words.ts'

const NOON = Date.UTC(2026, 10, 21, 12) / 1000
const DAY = 86_400

t.test('a moment has its date unless that is today', async (t) => {
  t.equal(clock(NOON - 3661, NOON), '10:58:59 UTC')
  t.equal(clock(NOON - DAY, NOON), '2026-11-20 12:00:00 UTC')
  t.equal(clock(NOON + DAY / 2, NOON), '2026-11-22 00:00:00 UTC')
  t.equal(clock(NOON), '12:00:00 UTC')
  t.equal(sinceWhen(NOON - DAY, NOON), ' (since 2026-11-20 12:00:00 UTC)')
})

t.test(
  'a quote is one line without a full stop, and keeps the start and the end of a long message',
  async (t) => {
    t.equal(quote('  two\n lines. '), 'two lines')
    const exact = 'x'.repeat(160)
    t.equal(quote(exact), exact)
    const cut = quote(`failed to do this: ${'through many hands: '.repeat(20)}permission denied`)
    t.ok(cut.length <= 160, cut)
    t.match(cut, /^failed to do this: .* … .*: permission denied$/)
  },
)
