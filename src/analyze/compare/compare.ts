import type { NamespaceView } from '../../kinds/namespace-view.ts'
import type { Seconds } from '../../model/meta.ts'
import type { ClusterView } from '../../model/view.ts'
import { baseline } from '../../question/effective-policy.ts'
import type { CompareQuestion } from '../../question/question.ts'
import { type Members, ResolvedTarget } from '../../question/resolved-target.ts'
import { counts } from '../../rules/pod.ts'
import { count } from '../../rules/words.ts'
import type { Evaluation } from '../answer.ts'
import { describeBackOff } from '../back-off-text.ts'
import { notStarted, unknownContainer } from '../container-name.ts'
import { countCrashes, hasStarted } from '../crash-count.ts'
import { crashCounts } from '../crashes.ts'
import { evaluate, type Outcome } from '../evaluate.ts'
import { nodeToBlame, sharedCrashes } from './attribution.ts'
import { type Exposure, measureExposure, total } from './exposure.ts'
import { type Comparison, compareRates } from './rate-test.ts'

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
): Evaluation {
  return evaluate(view, question, now, staleAfterSeconds, ({ members: canary, view: reader }) => {
    const since = baseline(question.since, question.windowSeconds, now)
    const counted = countCrashes(canary.histories, since, question.container)
    return {
      ...crashCounts(canary, counted, since, question.container),
      ...compare(question, canary, reader, now),
      recheckAt: now + RECHECK_SECONDS,
      details: {},
    }
  })
}

type Said = Pick<Outcome, 'verdict' | 'code' | 'reason' | 'message'>

function compare(question: CompareQuestion, canary: Members, reader: NamespaceView, now: Seconds): Said {
  const stable = new ResolvedTarget(question.stable, reader).members
  const since = baseline(question.since, question.windowSeconds, now)
  const span = { since, now, container: question.container }
  const own = measureExposure(canary, span)
  const other = measureExposure(stable, span)
  const compared = compareRates(rate(own), rate(other), question)
  const figures = describeFigures(own, other)
  if (compared.outcome === 'within') return tolerated(question, canary, other, figures)
  if (other.podSeconds === 0) return pending(null, `${figures}: no stable pod exists to compare with.`)
  if (compared.outcome === 'unproven') return pending(null, `${figures}: ${unproven(compared)}.`)
  return blamed(question, canary, stable, other, reader, now) ?? proven(figures, compared)
}

/** Few crashes tell nothing while hardly anything runs. */
function tolerated(
  { minPods, container }: CompareQuestion,
  { pods }: Members,
  stable: Exposure,
  figures: string,
): Said {
  const present = pods.filter(counts)
  const unknown = unknownContainer(present, container)
  if (unknown !== null) return pending(null, unknown)
  const started = present.filter((pod) => hasStarted([pod], container)).length
  if (started === 0) return pending(null, notStarted(container, ' of the canary', pods.length))
  if (started < minPods)
    return pending(null, `${figures}, but only ${started} of at least ${count(minPods, 'pod')} have started.`)
  if (stable.podSeconds === 0) return pending(null, `${figures}: no stable pod exists to compare with.`)
  const down = describeBackOff(present, container)
  if (down !== null) return pending(down.reason, `${figures}: within the tolerance, ${down.text}.`)
  return { verdict: 'pass', code: null, reason: null, message: `${figures}: within the tolerance.` }
}

/**
 * Whether something else than the canary is at fault, judged by what happened since its first pod came. What the canary
 * does alone is held against all that is known of the stable revision, as the test before was: held against less, one
 * crash more could excuse it.
 */
function blamed(
  question: CompareQuestion,
  canary: Members,
  stable: Members,
  stableEver: Exposure,
  reader: NamespaceView,
  now: Seconds,
): Said | null {
  const began = Math.min(...[...canary.pods, ...canary.histories].map(({ createdAt }) => createdAt))
  const since = Math.max(baseline(question.since, question.windowSeconds, now) ?? 0, began)
  const span = { since, now, container: question.container }
  const own = measureExposure(canary, span)
  const other = measureExposure(stable, span)
  const shared = sharedCrashes(own, other, question)
  const alone = { crashes: total(own.crashes) - shared, podSeconds: own.podSeconds }
  if (shared > 0 && compareRates(alone, rate(stableEver), question).outcome !== 'proven') {
    const message = `${describeFigures(own, other)} since the canary began: both fail in the same way, so the new revision may not be at fault.`
    return pending('StableCrashesToo', message)
  }
  const node = nodeToBlame(canary, reader.cluster, span)
  if (node === null) return null
  const message = `The canary crashes on node ${node} alone (${count(total(own.crashes), 'crash', 'crashes')}) and runs well elsewhere: the node may be at fault.`
  return pending('SingleNode', message)
}

function proven(figures: string, { expected, chance }: Comparison): Said {
  const allowed = expected === null ? '' : `, at most ${rounded(expected)} expected`
  return {
    verdict: 'fail',
    code: 'process-crashing',
    reason: 'CrashesMoreThanStable',
    message: `${figures}${allowed} (by chance: ${percent(chance)}).`,
  }
}

function unproven({ chance }: Comparison): string {
  return `more than is tolerated, but by chance in ${percent(chance)} of cases, too often to be sure`
}

function pending(reason: string | null, message: string): Said {
  return { verdict: 'pending', code: null, reason, message }
}

function rate({ crashes, podSeconds }: Exposure) {
  return { crashes: total(crashes), podSeconds }
}

function describeFigures(canary: Exposure, stable: Exposure): string {
  const own = `${count(total(canary.crashes), 'crash', 'crashes')} in ${hours(canary)}`
  return `The canary had ${own}, the stable revision ${total(stable.crashes)} in ${hours(stable)}`
}

function hours({ podSeconds }: Exposure): string {
  return `${rounded(podSeconds / 3600)} pod-hours`
}

function rounded(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(2)))
}

function percent(chance: number): string {
  return chance < 0.0001 ? 'less than 0.01 %' : `${rounded(chance * 100)} %`
}
