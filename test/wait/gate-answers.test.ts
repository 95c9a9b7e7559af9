// What a wait comes to besides the verdict that it waits for: each is explained by its first finding.
import t from 'tap'
import type { Answer } from '../../src/analyze/answer.ts'
import { analyzeRollout } from '../../src/analyze/rollout.ts'
import { NotFoundError } from '../../src/question/not-found-error.ts'
import { plainQuestion } from '../../src/question/question.ts'
import { gone, neverThere, settlingAnswer, supersededAnswer } from '../../src/wait/gate-answers.ts'
import { Stage } from '../corpus/stage.ts'

const stage = new Stage('pull-right-comes-late', 1)
const [question = plainQuestion('', { type: 'hash', hash: '', owner: null })] = stage.questions()
const full = analyzeRollout(stage.cache, { ...question, detail: 'full' }, stage.now, 30).answer
const summary = analyzeRollout(stage.cache, question, stage.now, 30).answer
const missing = new NotFoundError('There is nothing.')

const CASES = [
  {
    rule: 'stability-window',
    answer: (last: Answer) => settlingAnswer(last, '03:00:00 UTC'),
    verdict: 'pending',
    class: 'progressing',
  },
  {
    rule: 'superseded',
    answer: (last: Answer) => supersededAnswer(last, 'abc'),
    verdict: 'fail',
    class: 'fatal',
  },
  {
    rule: 'target-deleted',
    answer: (last: Answer) => gone(last, missing, false, stage.now),
    verdict: 'pending',
    class: 'progressing',
  },
  {
    rule: 'target-deleted',
    answer: (last: Answer) => gone(last, missing, true, stage.now),
    verdict: 'fail',
    class: 'fatal',
  },
  {
    rule: 'target-missing',
    answer: (last: Answer) => neverThere(last, missing, stage.now),
    verdict: 'unknown',
    class: 'unknown',
  },
] as const

for (const { rule, answer, verdict, class: category } of CASES)
  t.test(`${rule}, ${category}`, async (t) => {
    t.equal(full.verdict, 'pass')
    const { findings, message, ...rest } = answer(full)
    t.match(rest, { verdict })
    t.match(findings, [{ rule, class: category }])
    t.ok(message.endsWith(findings?.[0]?.message ?? '?'), message)
    t.notOk('findings' in answer(summary), 'only in detail=full')
  })
