import t from 'tap'
import { EvaluationQueue } from '../../src/wait/evaluation-queue.ts'
import { QuestionWatch } from '../../src/wait/question-watch.ts'
import { Waiter } from '../../src/wait/waiter.ts'
import { ManualTime } from '../manual-time.ts'

function watching(value: string, time: ManualTime): QuestionWatch<string> {
  return new QuestionWatch<string>({
    evaluate: () => ({ value, recheckAt: null, final: false }),
    view: {
      track: (evaluate) => ({ value: evaluate(), dependencies: new Set() }),
      onChange: () => () => undefined,
    },
    clock: time,
    loadClock: time,
    queue: new EvaluationQueue(time),
    onClose: () => undefined,
  })
}

t.test('a waiter that joins another watch leaves the one before', async (t) => {
  const time = new ManualTime()
  const [old, fresh] = [watching('old', time), watching('fresh', time)]
  const opened = [old, fresh].values()
  const waiter = new Waiter<string, string>(
    {
      timeoutSeconds: 10,
      maxAgeSeconds: { timeout: 0, released: 0, left: 0 },
      consider: (value) => (value === 'old' ? 'rejoin' : 'wait'),
      conclude: (value, reason) => `${value} ${reason}`,
    },
    { open: () => opened.next().value ?? fresh, schedule: time.schedule },
  )
  const result = waiter.start()
  t.notOk(old.open, 'its last listener left')
  t.ok(fresh.open)
  time.advance(10)
  t.equal(await result, 'fresh timeout')
  t.notOk(fresh.open)
  t.equal(time.pending, 0)
})
