import t from 'tap'
import { errorChain, errorCode, errorName } from '../../src/lib/error-chain.ts'

const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' })

t.test('an error and its causes are one text', async (t) => {
  const cases: readonly (readonly [unknown, string])[] = [
    [new Error('a'), 'a'],
    [new Error('a', { cause: new Error('b', { cause: new TypeError('c') }) }), 'a: b: c'],
    [new Error('cannot read it: b', { cause: new Error('b') }), 'cannot read it: b'],
    [new Error('a', { cause: new Error('a', { cause: new Error('b') }) }), 'a: b'],
    [new Error('a', { cause: 'thrown as text' }), 'a'],
    [new Error(''), 'Error'],
    [
      new TypeError('fetch failed', { cause: new AggregateError([refused, refused]) }),
      `fetch failed: ${refused.message}`,
    ],
    [new AggregateError([new Error('first'), new Error('second')]), 'first, second'],
    [new AggregateError([new Error('first')], 'all failed'), 'all failed'],
    ['text', 'text'],
    [null, 'null'],
  ]
  for (const [error, text] of cases) t.equal(errorChain(error), text)
})

t.test('a chain has an end', async (t) => {
  const error = new Error('again')
  error.cause = error
  t.equal(errorChain(error), 'again')
  let deep = new Error('0')
  for (let level = 1; level <= 9; level += 1) deep = new Error(String(level), { cause: deep })
  t.equal(errorChain(deep), '9: 8: 7: 6: 5')
})

t.test('a name says what broke and nothing else', async (t) => {
  t.equal(errorName(refused), 'ECONNREFUSED')
  t.equal(errorName(new TypeError('with a secret')), 'TypeError')
  t.equal(errorName('with a secret'), 'unknown error')
  t.equal(errorCode(refused), 'ECONNREFUSED')
  t.equal(errorCode(Object.assign(new Error('a'), { code: 1 })), null)
  t.equal(errorCode('ENOENT'), null)
})
