import type { Assessment } from '../kinds/assessment.ts'
import { truncateBytes } from '../lib/text.ts'
import type { Seconds } from '../model/meta.ts'
import { type Finding, sentence } from '../rules/finding.ts'
import type { Answer, AnswerFinding } from './answer-schema.ts'

/** Bytes of a message at most. */
const MAX_MESSAGE_BYTES = 400
/** Entries of a list in detail=full at most. */
const MAX_FINDINGS = 50
const MAX_WORKLOADS = 50

/** What an analysis finds out; evaluate() adds what is the same for all. The findings are those of detail=full. */
export type BareAnswer = Omit<Answer, 'target' | 'cacheAgeSeconds' | 'evaluatedAt'> & FindingList

/** The findings of an answer: the one that decides first. Empty only in a pass. */
export type FindingList = Required<Pick<Answer, 'findings' | 'findingsOmitted'>>

/** An answer, and when it may change by itself. */
export interface TimedAnswer<A = Answer> {
  readonly answer: A
  readonly recheckAt: Seconds | null
  /** Findings with a reason that no rule knows, whether the answer lists findings or not. */
  readonly unknown: readonly Finding[]
}

/** A message as long as an answer may have it. */
export function truncateMessage(text: string): string {
  return truncateBytes(text, MAX_MESSAGE_BYTES)
}

export function rfc3339(seconds: Seconds): string {
  return new Date(seconds * 1000).toISOString()
}

/** What an answer says whose verdict rests on one finding about the question itself. */
export function answerBy(finding: Finding): Pick<Answer, 'verdict' | 'code' | 'reason' | 'message'> {
  const { class: category, code, reason } = finding
  const verdict = category === 'fatal' ? 'fail' : category === 'unknown' ? 'unknown' : 'pending'
  return { verdict, code, reason, message: sentence(finding) }
}

/** The findings of detail=full. Notes are about the question, and never left out. */
export function listFindings(findings: readonly Finding[], notes: readonly Finding[] = []): FindingList {
  return {
    findings: [...findings.slice(0, MAX_FINDINGS), ...notes].map(toAnswerFinding),
    findingsOmitted: Math.max(0, findings.length - MAX_FINDINGS),
  }
}

/** The workloads of detail=full. */
export function listWorkloads(assessments: readonly Assessment[]) {
  return {
    workloads: assessments.slice(0, MAX_WORKLOADS).map(({ target, verdict, code, reason, message }) => ({
      target,
      verdict,
      code,
      reason,
      message: truncateMessage(message),
    })),
    workloadsOmitted: Math.max(0, assessments.length - MAX_WORKLOADS),
  }
}

/** A finding as an answer lists it. */
export function toAnswerFinding(found: Finding): AnswerFinding {
  const { rule, code, reason, class: kind, subject, container, since, restarts, exitCode } = found
  const began = since === null || since === 0 ? null : rfc3339(since)
  return {
    rule,
    code,
    reason,
    class: kind,
    subject,
    container,
    since: began,
    message: truncateMessage(sentence(found)),
    restarts,
    exitCode,
  }
}
