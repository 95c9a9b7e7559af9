import { NamespaceView } from '../kinds/namespace-view.ts'
import { UnavailableError } from '../kinds/unavailable-error.ts'
import type { Seconds } from '../model/meta.ts'
import type { ClusterView } from '../model/view.ts'
import { type Question, targetText } from '../question/question.ts'
import { ResolvedTarget } from '../question/resolved-target.ts'
import type { Finding } from '../rules/finding.ts'
import type { Verdict } from '../rules/verdict.ts'
import { type Answer, type Evaluation, rfc3339, truncateMessage } from './answer.ts'

/** What a route finds out; the rest of an answer is the same for all. */
export interface Outcome
  extends Pick<Answer, 'code' | 'reason' | 'crashes' | 'restarts' | 'pods' | 'readyPods'> {
  readonly verdict: Verdict
  readonly message: string
  readonly failingPods: number
  readonly desired: number
  readonly revision: string | null
  readonly generation: number | null
  readonly recheckAt: Seconds | null
  /** Findings with a reason that no rule knows; absent where no rules judge. */
  readonly unknown?: readonly Finding[]
  readonly details: Pick<Answer, 'findings' | 'findingsOmitted' | 'workloads' | 'workloadsOmitted'>
}

/**
 * Answers a question from the view. Throws a NotFoundError, or an UnavailableError when data are missing or too old;
 * with onStale=unknown such data give an `unknown` answer instead.
 */
export function evaluate(
  view: ClusterView,
  question: Question,
  now: Seconds,
  staleAfterSeconds: number,
  judge: (resolved: ResolvedTarget) => Outcome,
): Evaluation {
  const reader = new NamespaceView(view, question.namespace, now, staleAfterSeconds)
  try {
    const {
      recheckAt,
      details,
      unknown = [],
      ...outcome
    } = judge(new ResolvedTarget(question.target, reader))
    return {
      answer: answer(question, outcome, details, reader, now),
      recheckAt: future(recheckAt, now),
      unknown,
    }
  } catch (error) {
    if (!(error instanceof UnavailableError) || question.onStale === 'error') throw error
    return { answer: answer(question, outOfSight(error), {}, reader, now), recheckAt: null, unknown: [] }
  }
}

function answer(
  question: Question,
  outcome: Omit<Outcome, 'recheckAt' | 'details' | 'unknown'>,
  details: Outcome['details'],
  { required: freshness }: NamespaceView,
  now: Seconds,
): Answer {
  const { verdict, code, reason, message, crashes, restarts, pods, readyPods, failingPods, desired } = outcome
  return {
    verdict,
    code,
    reason,
    message: truncateMessage(message),
    crashes,
    restarts,
    pods,
    readyPods,
    failingPods,
    desired,
    target: targetText(question.target),
    revision: outcome.revision,
    generation: outcome.generation,
    cacheAgeSeconds: Math.round(freshness.worstSeconds * 10) / 10,
    evaluatedAt: rfc3339(now),
    ...(question.detail === 'full' ? details : {}),
  }
}

function outOfSight(error: UnavailableError): Omit<Outcome, 'recheckAt' | 'details' | 'unknown'> {
  const none = { crashes: 0, restarts: 0, pods: 0, readyPods: 0, failingPods: 0, desired: 0 }
  return {
    verdict: 'unknown',
    code: null,
    reason: null,
    message: error.message,
    ...none,
    revision: null,
    generation: null,
  }
}

function future(at: Seconds | null, now: Seconds): Seconds | null {
  return at !== null && at > now ? at : null
}
