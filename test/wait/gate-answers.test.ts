// What a wait comes to besides the verdict that it waits for: each is explained by its first finding.
import t from 'tap'
import type { Answer } from '../../src/analyze/answer-schema.ts'
import { analyzeRollout } from '../../src/analyze/rollout.ts'
import { plainQuestion } from '../../src/question/question.ts'
import { targetDeleted, targetMissing } from '../../src/rules/gate.ts'
import { absentAnswer, supersededAnswer, unstableAnswer } from '../../src/wait/gate-answers.ts'
import { Stage } from '../corpus/stage.ts'

const stage = new Stage('pull-right-comes-late', 1)
const [question = plainQuestion('', { type: 'hash', hash: '', owner: null })] = stage.questions()
const full = analyzeRollout(stage.cache, { ...question, detail: 'full' }, stage.now, 30).answer
const summary = analyzeRollout(stage.cache, question, stage.now, 30).answer

const CASES = [
  {
    rule: 'stability-window',
    answer: (last: Answer) => unstableAnswer(last, '03:00:00 UTC'),
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
    answer: (last: Answer) => absentAnswer(last, targetDeleted('There is nothing', false), stage.now),
    verdict: 'pending',
    class: 'progressing',
  },
  {
    rule: 'target-deleted',
    answer: (last: Answer) => absentAnswer(last, targetDeleted('There is nothing', true), stage.now),
    verdict: 'fail',
    class: 'fatal',
  },
  {
    rule: 'target-missing',
    answer: (last: Answer) => absentAnswer(last, targetMissing('There is nothing'), stage.now),
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
