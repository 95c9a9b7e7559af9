import type { NamespaceView } from '../../kinds/namespace-view.ts'
import type { Seconds } from '../../model/meta.ts'
import type { ClusterView } from '../../model/view.ts'
import { baseline } from '../../question/effective-policy.ts'
import { type CompareQuestion, targetText } from '../../question/question.ts'
import { type Members, ResolvedTarget } from '../../question/resolved-target.ts'
import {
  crashesMore,
  noStablePods,
  rateUndecided,
  singleNode,
  stableCrashesToo,
} from '../../rules/compare.ts'
import { inBackOff, notStarted } from '../../rules/crash-limit.ts'
import { isCounted } from '../../rules/pod.ts'
import { tooFewPods, unknownContainer } from '../../rules/question.ts'
import { type RuleMatch, weighByRecord } from '../../rules/rule-match.ts'
import { count, round } from '../../rules/words.ts'
import { answerBy, listFindings, type TimedAnswer } from '../answer.ts'
import { countCrashes, hasStarted } from '../crash-count.ts'
import { crashCounts } from '../crashes.ts'
import { evaluate } from '../evaluate.ts'
import { nodeToBlame, sharedCrashes } from './attribution.ts'
import { type Exposure, measureExposure, total } from './exposure.ts'
import { compareRates } from './rate-test.ts'

/** Time alone shifts the rates, slowly. */
const RECHECK_SECONDS = 5

/**
 * Does the canary crash more than the stable revision? `fail` only when it does beyond chance and no other cause is
 * evident; `pending` while that cannot be told; never `pass` while it crashes more than is tolerated, or is down after a
 * crash. See evaluate() for what it throws, and docs/compare.md for the statistic.
 */
export function analyzeCompare(
  view: ClusterView,
  question: CompareQuestion,
  now: Seconds,
  staleAfterSeconds: number,
): TimedAnswer {
  return evaluate(view, question, now, staleAfterSeconds, ({ members: canary, view: reader }) => {
    const since = baseline(question, now)
    const counted = countCrashes(canary.histories, since, question.container)
    const { figures, match } = compare(question, canary, reader, now)
    const finding =
      match === null ? null : weighByRecord(match, targetText(question.target), question.container)
    const verdict =
      finding === null
        ? ({ verdict: 'pass', code: null, reason: null, message: `${figures}: ${TOLERATED}.` } as const)
        : answerBy(finding)
    return {
      answer: {
        ...verdict,
        ...crashCounts(canary, counted, since, question.container),
        ...listFindings(finding === null ? [] : [finding]),
      },
      recheckAt: now + RECHECK_SECONDS,
      unknown: [],
    }
  })
}

const TOLERATED = 'within the tolerance'

/** What both crash, in words, and the rule that speaks against a pass; null: none. */
function compare(
  question: CompareQuestion,
  canary: Members,
  reader: NamespaceView,
  now: Seconds,
): { readonly figures: string; readonly match: RuleMatch | null } {
  const stable = new ResolvedTarget(question.stable, reader).members
  const since = baseline(question, now)
  const span = { since, now, container: question.container }
  const own = measureExposure(canary, span)
  const other = measureExposure(stable, span)
  const { outcome, expected, chance } = compareRates(rate(own), rate(other), question)
  const figures = describeFigures(own, other)
  if (outcome === 'within') return { figures, match: findObjection(question, canary, other, figures, now) }
  if (other.podSeconds === 0) return { figures, match: noStablePods(figures) }
  if (outcome === 'unproven') return { figures, match: rateUndecided(figures, chance) }
  const excuse = findExcuse(question, canary, stable, other, reader, now)
  return { figures, match: excuse ?? crashesMore(figures, expected, chance) }
}

/** Few crashes tell nothing while hardly anything runs. */
function findObjection(
  { minPods, container }: CompareQuestion,
  { pods }: Members,
  stable: Exposure,
  figures: string,
  now: Seconds,
): RuleMatch | null {
  const present = pods.filter(isCounted)
  const unknown = unknownContainer(present, container)
  if (unknown !== null) return unknown
  const started = present.filter((pod) => hasStarted([pod], container)).length
  if (started === 0) return notStarted(container, ' of the canary', present.length)
  if (started < minPods) return tooFewPods(started, minPods, 'have started', figures)
  if (stable.podSeconds === 0) return noStablePods(figures)
  return inBackOff(present, container, `${figures}: ${TOLERATED}`, now)
}

/**
 * Whether something else than the canary is at fault, judged by what happened since its first pod came. What the canary
 * does alone is held against all that is known of the stable revision, as the test before was: held against less, one
 * crash more could excuse it.
 */
function findExcuse(
  question: CompareQuestion,
  canary: Members,
  stable: Members,
  stableEver: Exposure,
  reader: NamespaceView,
  now: Seconds,
): RuleMatch | null {
  const began = Math.min(...[...canary.pods, ...canary.histories].map(({ createdAt }) => createdAt))
  const since = Math.max(baseline(question, now) ?? 0, began)
  const span = { since, now, container: question.container }
  const own = measureExposure(canary, span)
  const other = measureExposure(stable, span)
  const shared = sharedCrashes(own, other, question)
  const alone = { crashes: total(own.crashes) - shared, podSeconds: own.podSeconds }
  if (shared > 0 && compareRates(alone, rate(stableEver), question).outcome !== 'proven')
    return stableCrashesToo(describeFigures(own, other))
  const node = nodeToBlame(canary, reader.cluster, span)
  return node === null ? null : singleNode(node, total(own.crashes))
}

function rate({ crashes, podSeconds }: Exposure) {
  return { crashes: total(crashes), podSeconds }
}

function describeFigures(canary: Exposure, stable: Exposure): string {
  const own = `${count(total(canary.crashes), 'crash', 'crashes')} in ${hours(canary)}`
  return `The canary had ${own}, the stable revision ${total(stable.crashes)} in ${hours(stable)}`
}

function hours({ podSeconds }: Exposure): string {
  return `${round(podSeconds / 3600)} pod-hours`
}
