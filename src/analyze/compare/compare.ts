import type { NamespaceView } from '../../kinds/namespace-view.ts'
import type { Seconds } from '../../model/meta.ts'
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
import { hasStarted } from '../crash-count.ts'
import { answerAboutCrashes } from '../crashes.ts'
import { defineAnalysis } from '../evaluate.ts'
import { nodeToBlame, sharedCrashes } from './attribution.ts'
import { type Exposure, measureExposure, toRate } from './exposure.ts'
import { compareRates } from './rate-test.ts'

/** Time alone shifts the rates, slowly. */
const RECHECK_SECONDS = 5

/**
 * Does the canary crash more than the stable revision? `fail` only when it does beyond chance and no other cause is
 * evident; `pending` while the data do not decide it; never `pass` while it crashes more than is tolerated, or is down after
 * a crash. See docs/compare.md for the statistic.
 */
export const analyzeCompare = defineAnalysis<CompareQuestion>(({ members: canary, view }, question, now) => {
  const { figures, match } = compare(question, canary, view, now)
  const finding = match && weighByRecord(match, targetText(question.target), question.container)
  const good = `${figures}: ${TOLERATED}.`
  return {
    answer: answerAboutCrashes(canary, baseline(question, now), question.container, finding, good),
    recheckAt: now + RECHECK_SECONDS,
    unknown: [],
  }
})

const TOLERATED = 'within the tolerance'

/** The crashes of both in words, and the rule that prevents a pass; null: none. */
function compare(
  question: CompareQuestion,
  canary: Members,
  view: NamespaceView,
  now: Seconds,
): { readonly figures: string; readonly match: RuleMatch | null } {
  const stable = new ResolvedTarget(question.stable, view).members
  const since = baseline(question, now)
  const span = { since, now, container: question.container }
  const own = measureExposure(canary, span)
  const other = measureExposure(stable, span)
  const { outcome, expected, chance } = compareRates(toRate(own), toRate(other), question)
  const figures = describeFigures(own, other)
  if (outcome === 'tolerated') return { figures, match: findObjection(question, canary, other, figures, now) }
  if (other.podSeconds === 0) return { figures, match: noStablePods(figures) }
  if (outcome === 'undecided') return { figures, match: rateUndecided(figures, chance) }
  const excuse = findExcuse(question, canary, stable, other, view, now)
  return { figures, match: excuse ?? crashesMore(figures, expected, chance) }
}

/** What prevents a pass although the crashes are tolerated: no crashes mean little while hardly anything runs. */
function findObjection(
  { minPods, container }: CompareQuestion,
  { pods, histories }: Members,
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
  return inBackOff({ pods: present, histories }, container, `${figures}: ${TOLERATED}`, now)
}

/**
 * Whether something other than the canary is the cause, by what happened since its first pod was created. The crashes that
 * only the canary has are compared with all that is known of the stable revision, as in the test before: compared with less,
 * one more crash could excuse the canary.
 */
function findExcuse(
  question: CompareQuestion,
  canary: Members,
  stable: Members,
  stableEver: Exposure,
  view: NamespaceView,
  now: Seconds,
): RuleMatch | null {
  const began = Math.min(...[...canary.pods, ...canary.histories].map(({ createdAt }) => createdAt))
  const since = Math.max(baseline(question, now) ?? 0, began)
  const span = { since, now, container: question.container }
  const own = measureExposure(canary, span)
  const other = measureExposure(stable, span)
  const shared = sharedCrashes(own, other, question)
  const { crashes, podSeconds } = toRate(own)
  const alone = { crashes: crashes - shared, podSeconds }
  if (shared > 0 && compareRates(alone, toRate(stableEver), question).outcome !== 'worse')
    return stableCrashesToo(describeFigures(own, other))
  const node = nodeToBlame(canary, view.cluster, span)
  return node === null ? null : singleNode(node, crashes)
}

function describeFigures(canary: Exposure, stable: Exposure): string {
  const own = `${count(toRate(canary).crashes, 'crash', 'crashes')} in ${hours(canary)}`
  return `The canary had ${own}, the stable revision ${toRate(stable).crashes} in ${hours(stable)}`
}

function hours({ podSeconds }: Exposure): string {
  return `${round(podSeconds / 3600)} pod-hours`
}
