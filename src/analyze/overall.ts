import type { Seconds } from '../model/meta.ts'
import type { ClusterView } from '../model/view.ts'
import type { Question } from '../question/question.ts'
import { LYNCEUS } from '../rules/policies/lynceus.ts'
import type { Policy } from '../rules/policy.ts'
import type { BareAnswer, TimedAnswer } from './answer.ts'
import { judgeCrashes } from './crashes.ts'
import { evaluate } from './evaluate.ts'
import { judgeRollout } from './rollout.ts'

/**
 * Is the target good, all in all? The rules judge its rollout. When the question or an annotation gives a limit of crashes,
 * the crashes are counted too; without a limit only the rules weigh crashes, because a single one is often harmless.
 * See evaluate() for what it throws.
 */
export function analyzeOverall(
  view: ClusterView,
  question: Question,
  now: Seconds,
  staleAfterSeconds: number,
  policy: Policy = LYNCEUS,
): TimedAnswer {
  return evaluate(view, question, now, staleAfterSeconds, (resolved) => {
    const rollout = judgeRollout(resolved, question, now, policy)
    if (rollout.limit === null || rollout.answer.verdict === 'fail') return rollout
    const crashes = judgeCrashes(resolved, question, now).answer
    const isWorse = crashes.verdict === 'fail' || rollout.answer.verdict === 'pass'
    if (crashes.verdict === 'pass' || !isWorse) return rollout
    return { ...rollout, answer: replaceVerdict(rollout.answer, crashes) }
  })
}

function replaceVerdict(
  rollout: BareAnswer,
  { verdict, code, reason, message, failingPods, findings }: BareAnswer,
): BareAnswer {
  return {
    ...rollout,
    verdict,
    code,
    reason,
    message,
    failingPods: Math.max(rollout.failingPods, failingPods),
    findings: [...findings.slice(0, 1), ...rollout.findings],
  }
}
