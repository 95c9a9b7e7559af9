import type { Seconds } from '../model/meta.ts'
import type { ClusterView } from '../model/view.ts'
import type { Question } from '../question/question.ts'
import { LYNCEUS } from '../rules/policies/lynceus.ts'
import type { Policy } from '../rules/policy.ts'
import type { Evaluation } from './answer.ts'
import { crashOutcome } from './crashes.ts'
import { evaluate } from './evaluate.ts'
import { rolloutOutcome } from './rollout.ts'

/**
 * Is the target good, all in all? What the rules say of its rollout; and when the question or an
 * annotation gives a limit of crashes, also whether it is reached. Without a limit the rules alone weigh crashes, as a single one is often harmless. See
 * evaluate() for what it throws.
 */
export function analyzeOverall(
  view: ClusterView,
  question: Question,
  now: Seconds,
  staleAfterSeconds: number,
  policy: Policy = LYNCEUS,
): Evaluation {
  return evaluate(view, question, now, staleAfterSeconds, (resolved) => {
    const rollout = rolloutOutcome(resolved, question, now, policy)
    if (rollout.limit === null || rollout.verdict === 'fail') return rollout
    const crashes = crashOutcome(resolved, question, now)
    if (crashes.verdict === 'pass' || (crashes.verdict === 'pending' && rollout.verdict !== 'pass'))
      return rollout
    const { verdict, code, reason, message } = crashes
    return {
      ...rollout,
      verdict,
      code,
      reason,
      message,
      failingPods: Math.max(rollout.failingPods, crashes.failingPods),
    }
  })
}
