import t from 'tap'
import { parseDuration, parseGoDuration } from '../../src/lib/duration.ts'

t.test('reads Go durations and plain seconds', async (t) => {
  const cases: readonly (readonly [string, number | undefined])[] = [
    ['90s', 90],
    ['1h30m', 5400],
    ['1.5h', 5400],
    ['250ms', 0.25],
    ['90', 90],
    ['0.5', 0.5],
    ['', undefined],
    ['5', 5],
    ['-5s', undefined],
    ['5 s', undefined],
    ['1d', undefined],
    ['.5s', undefined],
    ['5.s', undefined],
    ['250µs', 0.00025],
    ['250μs', undefined],
    ['5 ', undefined],
    ['0x10', undefined],
  ]
  for (const [text, seconds] of cases) t.equal(parseDuration(text), seconds, text)
})

t.test("reads what Go's flags take", async (t) => {
  const durations = [
    ['0', 0],
    ['1h2m3s', 3723],
    ['1.5h', 5400],
    ['.5s', 0.5],
    ['5.s', 5],
    ['+5s', 5],
    ['-1m', -60],
    ['250us', 0.00025],
    ['250µs', 0.00025],
    ['250μs', 0.00025],
    ['', undefined],
    ['s', undefined],
    ['.s', undefined],
    ['5 s', undefined],
    ['5d', undefined],
    ['9999999h', undefined],
  ] as const
  for (const [text, seconds] of durations) {
    const read = parseGoDuration(text)
    t.ok(read === seconds || Math.abs((read ?? Number.NaN) - (seconds ?? 0)) < 1e-9, `${text}: ${read}`)
  }
})
