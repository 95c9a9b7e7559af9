import t from 'tap'
import { MAX_REQUIREMENTS, parseSelector, SelectorError } from '../../src/question/parse-selector.ts'

t.test('reads equality and set forms', async (t) => {
  t.same(parseSelector('app=web, tier!=db,example.com/x'), [
    { key: 'app', operator: 'In', values: ['web'] },
    { key: 'tier', operator: 'NotIn', values: ['db'] },
    { key: 'example.com/x', operator: 'Exists', values: [] },
  ])
  t.same(parseSelector('a in (b, c),d notin (e),!f,g==h,i='), [
    { key: 'a', operator: 'In', values: ['b', 'c'] },
    { key: 'd', operator: 'NotIn', values: ['e'] },
    { key: 'f', operator: 'DoesNotExist', values: [] },
    { key: 'g', operator: 'In', values: ['h'] },
    { key: 'i', operator: 'In', values: [''] },
  ])
})

t.test('says where it went wrong', async (t) => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['', /label key was expected at 1/],
    ['a=b,', /label key was expected at 5/],
    ['a=b c=d', /"," was expected at 5, not "c"/],
    ['a in (b', /"\)" was expected at 8, not the end/],
    ['a=b!', /"," was expected at 4/],
    ['-a=b', /label key was expected at 1, not "-a"/],
    ['a=ü', /label value was expected at 3/],
  ]
  for (const [text, message] of cases)
    t.throws(() => parseSelector(text), { name: 'SelectorError', message }, text)
})

t.test('has a limit', async (t) => {
  const of = (length: number) => Array.from({ length }, (_, index) => `k${index}`).join()
  t.equal(parseSelector(of(MAX_REQUIREMENTS)).length, MAX_REQUIREMENTS)
  t.throws(() => parseSelector(of(MAX_REQUIREMENTS + 1)), SelectorError)
})
