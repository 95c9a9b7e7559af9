import type { Assessment } from '../kinds/assessment.ts'
import type { NamespaceView } from '../kinds/namespace-view.ts'
import { truncateBytes } from '../lib/text.ts'
import type { ContainerRun } from '../model/log.ts'
import type { Seconds } from '../model/meta.ts'
import type { EffectiveQuestion } from '../question/annotations.ts'
import { type Finding, sentence } from '../rules/finding.ts'
import { badAnnotation, eventsMissing } from '../rules/question.ts'
import { weighByRecord } from '../rules/rule-match.ts'
import { type Advise, adviseByRule, NO_ADVICE } from './advice.ts'
import type { Answer, AnswerFinding } from './answer-schema.ts'

/** Maximum length of a message, bytes. */
const MAX_MESSAGE_BYTES = 400
/** Maximum number of entries of the lists in detail=full. */
const MAX_FINDINGS = 50
const MAX_WORKLOADS = 50

/** The result of an analysis; evaluate() adds what is the same for all analyses, and renders what detail=full lists. */
export interface BareAnswer
  extends Omit<
      Answer,
      'target' | 'cacheAgeSeconds' | 'evaluatedAt' | 'findings' | 'findingsOmitted' | 'workloads' | 'logs'
    >,
    FindingList {
  /** Absent where no workload was judged. */
  readonly workloads?: readonly Assessment[]
}

interface FindingList {
  /** The first one decides. Empty only in a pass. */
  readonly findings: readonly Finding[]
  /** Findings about the question, which are never omitted. */
  readonly notes: readonly Finding[]
}

/** An answer, and when time alone may change it. */
export interface TimedAnswer<A = Answer> {
  readonly answer: A
  readonly recheckAt: Seconds | null
  /** Findings with a reason that no rule knows, whether the answer lists findings or not. */
  readonly unknown: readonly Finding[]
}

/** What an analysis comes to. */
export interface Analysis extends TimedAnswer {
  /** The runs whose logs show more, the most telling first; empty in a pass, and unless the detail is full. */
  readonly runs: readonly ContainerRun[]
}

/** The counts of an answer without pods. */
export const NO_PODS = { pods: 0, readyPods: 0, failingPods: 0, desired: 0 }

/** Cuts a message to the length that an answer may have. */
export function truncateMessage(text: string): string {
  return truncateBytes(text, MAX_MESSAGE_BYTES)
}

/** The last time that was rendered: many answers fall into the same millisecond. */
let rendered = { millis: Number.NaN, text: '' }

export function rfc3339(seconds: Seconds): string {
  const millis = Math.floor(seconds * 1000)
  if (millis !== rendered.millis) rendered = { millis, text: new Date(millis).toISOString() }
  return rendered.text
}

/** The verdict that one finding decides, and its sentence as the message. */
export function answerBy(finding: Finding): Pick<Answer, 'verdict' | 'code' | 'reason' | 'message'> {
  const { class: category, code, reason } = finding
  const verdict = category === 'fatal' ? 'fail' : category === 'unknown' ? 'unknown' : 'pending'
  return { verdict, code, reason, message: truncateMessage(sentence(finding)) }
}

/** The findings of detail=full. */
export function listFindings(
  { findings, notes }: FindingList,
  advise: Advise,
): Pick<Answer, 'findings' | 'findingsOmitted'> {
  return {
    findings: [...findings.slice(0, MAX_FINDINGS), ...notes].map((one) => toAnswerFinding(one, advise)),
    findingsOmitted: Math.max(0, findings.length - MAX_FINDINGS),
  }
}

/** The workloads of detail=full. */
export function listWorkloads(
  assessments: readonly Assessment[],
  advise: Advise,
): Pick<Answer, 'workloads' | 'workloadsOmitted'> {
  return {
    workloads: assessments.slice(0, MAX_WORKLOADS).map((assessment) => {
      const { target, verdict, code, reason, message, findings } = assessment
      const [first] = verdict === 'pass' ? [] : findings
      const advice = first === undefined ? NO_ADVICE : advise(first)
      return { target, verdict, code, reason, message: truncateMessage(message), ...advice }
    }),
    workloadsOmitted: Math.max(0, assessments.length - MAX_WORKLOADS),
  }
}

/** Renders a finding as an answer lists it. */
export function toAnswerFinding(finding: Finding, advise: Advise = adviseByRule): AnswerFinding {
  const { rule, code, reason, class: category, subject, container, since, restarts, exitCode } = finding
  return {
    rule,
    code,
    reason,
    class: category,
    subject,
    container,
    since: since === null || since === 0 ? null : rfc3339(since),
    message: truncateMessage(sentence(finding)),
    restarts,
    exitCode,
    ...advise(finding),
  }
}

/** The note that some rules cannot match because events cannot be read. */
export function eventNotes({ hasEvents }: NamespaceView): Finding[] {
  return hasEvents ? [] : [weighByRecord(eventsMissing(), 'events')]
}

/** The notes about annotations that cannot be used, each once. */
export function annotationNotes(tuned: readonly EffectiveQuestion[]): Finding[] {
  const notes = tuned.flatMap(({ subject, problems }) =>
    subject === null
      ? []
      : problems.map(({ name, reason }) => weighByRecord(badAnnotation(name, subject, reason), subject)),
  )
  return [...new Map(notes.map((one) => [one.what, one])).values()]
}
