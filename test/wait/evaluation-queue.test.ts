import t from 'tap'
import { EvaluationQueue } from '../../src/wait/evaluation-queue.ts'
import { ManualTime } from '../manual-time.ts'

/** Evaluations that take 3 ms each. */
function queue() {
  const time = new ManualTime()
  const ran: string[] = []
  const evaluations = new EvaluationQueue(time)
  const named = new Map<string, () => void>()
  const evaluation = (name: string): (() => void) => {
    const known = named.get(name)
    if (known !== undefined) return known
    const fresh = (): void => {
      ran.push(name)
      time.spend(0.003)
    }
    named.set(name, fresh)
    return fresh
  }
  return { time, ran, evaluations, add: (name: string) => evaluations.add(evaluation(name)), evaluation }
}

t.test('an evaluation runs at once when there is time', async (t) => {
  const { ran, add } = queue()
  add('a')
  t.same(ran, ['a'])
})

t.test('after a slice it rests for as long as that took; each request runs once, in its turn', async (t) => {
  const { time, ran, evaluations, add, evaluation } = queue()
  evaluations.add(() => {
    for (const name of ['a', 'b', 'c', 'a', 'd', 'e']) add(name)
  })
  t.same(ran, ['a', 'b'], 'two are more than a slice')
  add('a')
  evaluations.remove(evaluation('d'))
  time.advance(0.005)
  t.same(ran, ['a', 'b'], 'it rests')
  time.advance(0.002)
  t.same(ran, ['a', 'b', 'c', 'e'])
  time.advance(1)
  t.same(ran, ['a', 'b', 'c', 'e', 'a'])
  t.equal(time.pending, 0)
})
