import { adviseByRule } from '../analyze/advice.ts'
import { answerBy, NO_PODS, rfc3339, toAnswerFinding, truncateMessage } from '../analyze/answer.ts'
import type { Answer } from '../analyze/answer-schema.ts'
import type { Seconds } from '../model/meta.ts'
import { type Finding, sentence } from '../rules/finding.ts'
import { unstablePass } from '../rules/gate.ts'
import { supersededMeanwhile } from '../rules/revision.ts'
import { type RuleMatch, weighByRecord } from '../rules/rule-match.ts'

/** The answer after a newer revision appeared during the wait: `waitedFor` cannot become good any more. */
export function supersededAnswer(answer: Answer, waitedFor: string): Answer {
  const finding = weighByRecord(supersededMeanwhile(waitedFor, answer.revision), answer.target)
  const verdict = answerBy(finding)
  const workloads = answer.workloads?.map((one) => ({ ...one, ...verdict, ...adviseByRule(finding) }))
  return {
    ...answer,
    ...verdict,
    revision: waitedFor,
    ...addFinding(finding, answer),
    ...(workloads === undefined ? {} : { workloads }),
  }
}

/** A pass that has not been stable for long enough is still pending. `until`: when it counts, as a person reads it. */
export function unstableAnswer(answer: Answer, until: string): Answer {
  const finding = weighByRecord(unstablePass(until), answer.target)
  const message = truncateMessage(`${answer.message} ${sentence(finding)}`)
  return { ...answer, verdict: 'pending', message, ...addFinding(finding, answer) }
}

/** The answer while the target does not exist, as `match` says: nothing is left of the last answer but what was asked. */
export function absentAnswer(last: Answer, match: RuleMatch, now: Seconds): Answer {
  const finding = weighByRecord(match, last.target)
  const { workloads: _, workloadsOmitted: __, ...rest } = last
  return {
    ...rest,
    ...answerBy(finding),
    ...NO_PODS,
    evaluatedAt: rfc3339(now),
    ...(last.findings === undefined ? {} : { findings: [toAnswerFinding(finding)], findingsOmitted: 0 }),
  }
}

/** In detail=full, the finding that decides is the first one. */
function addFinding(finding: Finding, { findings }: Answer): Pick<Answer, 'findings'> {
  return findings === undefined ? {} : { findings: [toAnswerFinding(finding), ...findings] }
}
