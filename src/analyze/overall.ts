import type { Seconds } from '../model/meta.ts'
import type { Question } from '../question/question.ts'
import type { ResolvedTarget } from '../question/resolved-target.ts'
import type { Policy } from '../rules/policy.ts'
import type { BareAnswer, TimedAnswer } from './answer.ts'
import { judgeCrashes } from './crashes.ts'
import { defineAnalysis } from './evaluate.ts'
import { judgeRollout } from './rollout.ts'

/**
 * Is the target good, all in all? The rules judge its rollout. When the question or an annotation gives a limit of crashes,
 * the crashes are counted too; without a limit only the rules weigh crashes, because a single one is often harmless.
 */
export const analyzeOverall = defineAnalysis(judgeOverall)

function judgeOverall(
  resolved: ResolvedTarget,
  question: Question,
  now: Seconds,
  policy: Policy,
): TimedAnswer<BareAnswer> {
  const rollout = judgeRollout(resolved, question, now, policy)
  if (rollout.limit === null || rollout.answer.verdict === 'fail') return rollout
  const crashes = judgeCrashes(resolved, question, now).answer
  const isWorse = crashes.verdict === 'fail' || rollout.answer.verdict === 'pass'
  if (crashes.verdict === 'pass' || !isWorse) return rollout
  const { verdict, code, reason, message } = crashes
  const failingPods = Math.max(rollout.answer.failingPods, crashes.failingPods)
  const findings = [...crashes.findings.slice(0, 1), ...rollout.answer.findings]
  return { ...rollout, answer: { ...rollout.answer, verdict, code, reason, message, failingPods, findings } }
}
