// A law over every moment of every recording: where any finding names a cause, the sentence begins with one; what only follows
// (a deadline, a Job that failed, pods that are missing) leads where no finding names a cause.
import t from 'tap'
import { NamespaceView } from '../../src/kinds/namespace-view.ts'
import { resolveContext } from '../../src/question/effective-policy.ts'
import { NotFoundError } from '../../src/question/not-found-error.ts'
import type { Question } from '../../src/question/question.ts'
import { ResolvedTarget } from '../../src/question/resolved-target.ts'
import type { Finding } from '../../src/rules/finding.ts'
import { LYNCEUS } from '../../src/rules/policies/lynceus.ts'
import { namesCause } from '../../src/rules/verdict.ts'
import { SCENARIOS, Stage } from '../corpus/stage.ts'

/** Cases at least, so that the law does not lose its ground unnoticed. */
const MIN_CASES = 10_000
/** How long after a moment it is asked too, seconds: thresholds and deadlines pass meanwhile. */
const LATER = [0, 45, 700]
const NEVER_STALE = Number.POSITIVE_INFINITY

/** The verdicts on a question at a moment; none when nothing is there. */
function judge(stage: Stage, question: Question, now: number) {
  try {
    const view = new NamespaceView(stage.cache, question.namespace, now, NEVER_STALE)
    const { workloads } = new ResolvedTarget(question.target, view)
    return workloads.map((one) => one.judge(resolveContext(question, LYNCEUS, now)))
  } catch (error) {
    if (error instanceof NotFoundError) return []
    throw error
  }
}

/** How a sentence begins that tells a finding; the share of the pods may stand between. */
function begins(message: string, { who, what }: Finding): boolean {
  return message.startsWith(who) && message.includes(what)
}

t.test('the sentence begins with a cause where any finding names one', async (t) => {
  let cases = 0
  const breaches: string[] = []
  for (const scenario of SCENARIOS) {
    const stage = new Stage(scenario, 0)
    while (stage.next())
      for (const question of stage.questions())
        for (const later of LATER)
          for (const { verdict, message, findings, target } of judge(stage, question, stage.now + later)) {
            cases += 1
            const causes = findings.filter(namesCause)
            if (verdict === 'pass' || causes.length === 0) continue
            if (!causes.some((one) => begins(message, one)))
              breaches.push(`${scenario} ${target}: ${message}`)
          }
  }
  t.same([...new Set(breaches)].slice(0, 5), [])
  t.ok(cases >= MIN_CASES, `${cases} cases`)
  t.comment(`${cases} cases`)
})
