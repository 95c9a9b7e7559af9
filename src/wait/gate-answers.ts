import {
  type Answer,
  type RemoteAnswer,
  rfc3339,
  toAnswerFinding,
  truncateMessage,
} from '../analyze/answer.ts'
import type { Seconds } from '../model/meta.ts'
import type { NotFoundError } from '../question/not-found-error.ts'
import { type Finding, sentence } from '../rules/finding.ts'
import { targetDeleted, targetMissing, unstablePass } from '../rules/gate.ts'
import { supersededMeanwhile } from '../rules/revision.ts'
import { weighByRecord } from '../rules/rule-match.ts'
import { withoutStop } from '../rules/words.ts'

/** The answer after a newer revision appeared during the wait: the awaited one cannot become good any more. */
export function supersededAnswer(answer: RemoteAnswer, waitedFor: string): Answer {
  const finding = weighByRecord(supersededMeanwhile(waitedFor, answer.revision), answer.target)
  const verdict = { verdict: 'fail', code: 'superseded', reason: null, message: sentence(finding) } as const
  const workloads = answer.workloads?.map((one) => ({ ...one, ...verdict }))
  return {
    ...answer,
    ...verdict,
    revision: waitedFor,
    ...explainedBy(finding, answer),
    ...(workloads === undefined ? {} : { workloads }),
  }
}

/** A pass that is not stable for long enough is still pending. */
export function settlingAnswer(answer: Answer, until: string): Answer {
  const finding = weighByRecord(unstablePass(until), answer.target)
  const message = truncateMessage(`${answer.message} ${sentence(finding)}`)
  return { ...answer, verdict: 'pending', message, ...explainedBy(finding, answer) }
}

/** The target was deleted during the wait: pending within the grace period, a fail after it. */
export function gone(last: RemoteAnswer, error: NotFoundError, final: boolean, now: Seconds): Answer {
  const finding = weighByRecord(targetDeleted(withoutStop(error.message), final), last.target)
  return {
    ...withoutCounts(last, now),
    verdict: final ? 'fail' : 'pending',
    code: 'not-found',
    reason: null,
    message: truncateMessage(sentence(finding)),
    ...explainedOnlyBy(finding, last),
  }
}

/** The data arrived, and the target never existed. */
export function neverThere(last: RemoteAnswer, error: NotFoundError, now: Seconds): Answer {
  const finding = weighByRecord(targetMissing(withoutStop(error.message)), last.target)
  return {
    ...withoutCounts(last, now),
    verdict: 'unknown',
    code: 'not-found',
    reason: null,
    message: truncateMessage(sentence(finding)),
    ...explainedOnlyBy(finding, last),
  }
}

/** In detail=full, the finding that decides is the first one. */
function explainedBy(finding: Finding, { findings }: RemoteAnswer): Pick<Answer, 'findings'> {
  return findings === undefined ? {} : { findings: [toAnswerFinding(finding), ...findings] }
}

/** The same where nothing is left of what was found before. */
function explainedOnlyBy(
  finding: Finding,
  { findings }: RemoteAnswer,
): Pick<Answer, 'findings' | 'findingsOmitted'> {
  return findings === undefined ? {} : { findings: [toAnswerFinding(finding)], findingsOmitted: 0 }
}

function withoutCounts(last: RemoteAnswer, now: Seconds): Omit<Answer, 'code'> {
  const {
    code: _,
    findings: __,
    findingsOmitted: ___,
    workloads: ____,
    workloadsOmitted: _____,
    ...rest
  } = last
  return { ...rest, pods: 0, readyPods: 0, failingPods: 0, desired: 0, evaluatedAt: rfc3339(now) }
}
