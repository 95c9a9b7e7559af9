import { NamespaceView } from '../kinds/namespace-view.ts'
import { UnavailableError } from '../kinds/unavailable-error.ts'
import type { Seconds } from '../model/meta.ts'
import type { ClusterView } from '../model/view.ts'
import { type Question, targetText } from '../question/question.ts'
import { ResolvedTarget } from '../question/resolved-target.ts'
import { LYNCEUS } from '../rules/policies/lynceus.ts'
import type { Policy } from '../rules/policy.ts'
import { dataUnavailable } from '../rules/question.ts'
import { weighByRecord } from '../rules/rule-match.ts'
import { withoutStop } from '../rules/words.ts'
import { type Advise, adviseByRule, adviseIn, listRuns } from './advice.ts'
import {
  type Analysis,
  answerBy,
  type BareAnswer,
  listFindings,
  listWorkloads,
  NO_PODS,
  rfc3339,
  type TimedAnswer,
  truncateMessage,
} from './answer.ts'
import type { Answer } from './answer-schema.ts'

/**
 * Answers a question from the view. `policy` is the server's (lynceus by default); annotations and the question itself
 * override its thresholds. Throws a NotFoundError, or an UnavailableError when data are missing or too old; with
 * onStale=unknown such data give an `unknown` answer instead.
 */
export type Analyze<Q extends Question> = (
  view: ClusterView,
  question: Q,
  now: Seconds,
  staleAfterSeconds: Seconds,
  policy?: Policy,
) => Analysis

/** Judges a target, which it reads through `resolved`. Throws as an analysis does. */
type Judge<Q extends Question> = (
  resolved: ResolvedTarget,
  question: Q,
  now: Seconds,
  policy: Policy,
) => TimedAnswer<BareAnswer>

/** Makes an analysis of what judges a target. */
export function defineAnalysis<Q extends Question>(judge: Judge<Q>): Analyze<Q> {
  return (view, question, now, staleAfterSeconds, policy = LYNCEUS) => {
    const namespace = new NamespaceView(view, question.namespace, now, staleAfterSeconds)
    try {
      const resolved = new ResolvedTarget(question.target, namespace)
      const { answer, recheckAt, unknown } = judge(resolved, question, now, policy)
      const next = recheckAt !== null && recheckAt > now ? recheckAt : null
      const scene = {
        namespace: question.namespace,
        view: namespace.cluster,
        pods: () => resolved.members.pods,
      }
      const isExplained = question.detail === 'full' && answer.verdict !== 'pass'
      return {
        answer: complete(question, answer, namespace, now, adviseIn(scene)),
        recheckAt: next,
        unknown,
        runs: isExplained ? listRuns(answer.findings, scene) : [],
      }
    } catch (error) {
      if (!(error instanceof UnavailableError) || question.onStale === 'error') throw error
      const answer = complete(question, answerWithoutData(error, question), namespace, now, adviseByRule)
      return { answer, recheckAt: null, unknown: [], runs: [] }
    }
  }
}

function complete(
  { target, detail }: Question,
  { findings, notes, workloads, revision, generation, ...judged }: BareAnswer,
  { required }: NamespaceView,
  now: Seconds,
  advise: Advise,
): Answer {
  return {
    ...judged,
    message: truncateMessage(judged.message),
    target: targetText(target),
    revision,
    generation,
    cacheAgeSeconds: Math.round(required.worstSeconds * 10) / 10,
    evaluatedAt: rfc3339(now),
    ...(detail === 'full' ? listFindings({ findings, notes }, advise) : {}),
    ...(detail === 'full' && workloads !== undefined ? listWorkloads(workloads, advise) : {}),
  }
}

function answerWithoutData({ message }: UnavailableError, { target }: Question): BareAnswer {
  const finding = weighByRecord(dataUnavailable(withoutStop(message)), targetText(target))
  return {
    ...answerBy(finding),
    crashes: 0,
    restarts: 0,
    ...NO_PODS,
    revision: null,
    generation: null,
    findings: [finding],
    notes: [],
  }
}
