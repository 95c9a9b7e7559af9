import t from 'tap'
import { RecentMap } from '../../src/cache/recent-map.ts'

t.test('beyond its bound, what was set longest ago is forgotten', (t) => {
  const map = new RecentMap<string, number>(2)
  map.set('a', 1)
  map.set('b', 2)
  map.set('a', 3)
  map.set('c', 4)
  t.same([...map.keys()], ['a', 'c'], 'a was set again')
  t.equal(map.get('a'), 3)
  t.equal(map.get('b'), undefined)
  t.end()
})

t.test('what is old is forgotten, up to the first that is not', (t) => {
  const map = new RecentMap<string, number>(9)
  for (const [key, value] of Object.entries({ a: 1, b: 2, c: 5, d: 3 })) map.set(key, value)
  map.forget((value) => value < 4)
  t.same([...map.keys()], ['c', 'd'])
  t.end()
})
