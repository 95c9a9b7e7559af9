import fc from 'fast-check'
import t from 'tap'
import { kebab, truncate, truncateBytes, truncateMiddle, truncateStart } from '../../src/lib/text.ts'

t.test('a text is cut to so many characters', async (t) => {
  const cases: readonly (readonly [string, number, string, string])[] = [
    ['', 0, '', ''],
    ['abc', 3, 'abc', 'abc'],
    ['abcd', 3, 'ab…', '…cd'],
    ['abcd', 1, '…', '…'],
    ['abcd', 0, '', ''],
    ['abcd', -1, '', ''],
    ['a😀b', 4, 'a😀b', 'a😀b'],
    ['a😀b', 3, 'a…', '…b'],
    ['😀😀', 3, '😀…', '…😀'],
  ]
  for (const [text, most, start, end] of cases) {
    t.equal(truncate(text, most), start)
    t.equal(truncateStart(text, most), end)
  }
})

t.test('a text is cut to so many bytes, at a character', async (t) => {
  t.equal(truncateBytes('abcdef', 6), 'abcdef')
  t.equal(truncateBytes('abcdefg', 6), 'abc…')
  t.equal(truncateBytes('äöü', 6), 'äöü')
  t.equal(truncateBytes('äöüß', 6), 'ä…')
  t.equal(truncateBytes('😀😀😀', 8), '😀…')
  t.equal(truncateBytes('😀', 3), '…')
  t.equal(truncateBytes('😀', 2), '')
})

t.test('the middle of a text is left out', async (t) => {
  t.equal(truncateMiddle('short', 20, 5), 'short')
  t.equal(truncateMiddle('what was tried: and then why', 20, 8), 'what was … then why')
  t.equal(truncateMiddle(`${'x'.repeat(50)}: why`, 20, 5), `xxxxx … ${'x'.repeat(7)}: why`)
})

t.test('whatever the text, it is within the limit and whole', async () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 60 })
  fc.assert(
    fc.property(text, fc.integer({ min: 0, max: 60 }), (given, most) => {
      const middle = truncateMiddle(given, most + 10, 5)
      const [start, end, bytes] = [
        truncate(given, most),
        truncateStart(given, most),
        truncateBytes(given, most),
      ]
      return (
        [start, end].every((cut) => cut.length <= most && cut.isWellFormed()) &&
        middle.length <= most + 10 &&
        middle.isWellFormed() &&
        Buffer.byteLength(bytes) <= most &&
        bytes.isWellFormed() &&
        [start, bytes].every((cut) => given.startsWith(cut.replace(/…$/, ''))) &&
        given.endsWith(end.replace(/^…/, ''))
      )
    }),
  )
})

t.test('names in kebab-case', async (t) => {
  t.equal(kebab('minPods'), 'min-pods')
  t.equal(kebab('notifyAllowLoopback'), 'notify-allow-loopback')
  t.equal(kebab('port'), 'port')
})
