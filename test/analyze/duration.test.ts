import t from 'tap'
import { parseDuration } from '../../src/analyze/duration.ts'

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
  ]
  for (const [text, seconds] of cases) t.equal(parseDuration(text), seconds, text)
})
