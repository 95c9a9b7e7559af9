import t from 'tap'
import { closest } from '../../src/lib/closest.ts'

const KNOWN = ['minPods', 'limit', 'pendingDeadline', 'for']

t.test('a misspelt name is most likely the nearest known one', async (t) => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['minpods', 'minPods'],
    ['min-pods', 'minPods'],
    ['MIN_PODS', 'minPods'],
    ['limmit', 'limit'],
    ['pendingDeadlin', 'pendingDeadline'],
    ['fro', undefined],
    ['fo', 'for'],
    ['namespace', undefined],
    ['', undefined],
    ['x'.repeat(100_000), undefined],
  ]
  for (const [name, meant] of cases) t.equal(closest(name, KNOWN), meant, name.slice(0, 20))
  t.equal(closest('limit', []), undefined)
})
