import type { Seconds } from '../model/meta.ts'
import type { Pod } from '../model/pod.ts'
import { completeTogether, resolveRecheck } from '../question/annotations.ts'
import { baseline } from '../question/effective-policy.ts'
import { type Question, targetText } from '../question/question.ts'
import type { Members, ResolvedTarget } from '../question/resolved-target.ts'
import { type CrashCount, crashLimit, describeBaseline, inBackOff, notStarted } from '../rules/crash-limit.ts'
import type { Finding } from '../rules/finding.ts'
import { isCounted } from '../rules/pod.ts'
import { tooFewPods, unknownContainer } from '../rules/question.ts'
import { type RuleMatch, weighByRecord } from '../rules/rule-match.ts'
import { count } from '../rules/words.ts'
import { annotationNotes, answerBy, type BareAnswer, type TimedAnswer } from './answer.ts'
import { countCrashes, hasStarted, listCrashes, sumRestarts } from './crash-count.ts'
import { defineAnalysis } from './evaluate.ts'

/** Crashes at which it fails, unless the question or an annotation gives a limit. */
const DEFAULT_LIMIT = 1

/**
 * Do the target's pods crash? `fail` at the limit; `pending` until a container (the one in the question, if any) has started
 * and `minPods` exist, and while one is down after a crash; else `pass`.
 */
export const analyzeCrashes = defineAnalysis(judgeCrashes)

/** Counts the crashes of a resolved target. */
export function judgeCrashes(
  { members }: ResolvedTarget,
  asked: Question,
  now: Seconds,
): TimedAnswer<BareAnswer> {
  const { pods, histories } = members
  const tuned = completeTogether(asked, members.owners())
  const { question } = tuned
  const since = baseline(question, now)
  const counted = countCrashes(histories, since, question.container)
  const limit = question.limit ?? DEFAULT_LIMIT
  const present = pods.filter(isCounted)
  const known = `${describeCrashes(counted, limit)}${describeBaseline(since, now)}`
  const match =
    crashLimit(counted, limit, since, now) ??
    findObjection(counted, { pods: present, histories }, question, known, now)
  const finding = match && weighByRecord(match, targetText(asked.target), question.container)
  const good = `${inPods(known, present)}.`
  return {
    answer: answerAboutCrashes(members, since, question.container, finding, good, annotationNotes([tuned])),
    recheckAt: resolveRecheck(asked, [tuned], nextExpiry(counted, question), now),
    unknown: [],
  }
}

/** What prevents a pass although the crashes are below the limit; the first reason counts. */
function findObjection(
  { crashes }: CrashCount,
  members: Pick<Members, 'pods' | 'histories'>,
  { minPods, container }: Question,
  known: string,
  now: Seconds,
): RuleMatch | null {
  const { pods: present } = members
  const unknown = unknownContainer(present, container)
  if (unknown !== null) return unknown
  if (present.length < (minPods ?? 0)) return tooFewPods(present.length, minPods ?? 0, 'exist', known)
  if (!hasStarted(present, container) && crashes === 0) return notStarted(container, '', present.length)
  return inBackOff(members, container, inPods(known, present), now)
}

function describeCrashes({ crashes }: CrashCount, limit: number): string {
  return crashes === 0 ? 'No crash' : `${crashes} of ${limit} crashes`
}

function inPods(known: string, { length }: readonly Pod[]): string {
  return `${known} in ${count(length, 'pod')}`
}

/** The answer about crashes of pods. `finding`: what decides against a pass; null: it is one, with the message `good`. */
export function answerAboutCrashes(
  { pods, histories, desired, revision, generation }: Members,
  since: Seconds | null,
  container: string | null,
  finding: Finding | null,
  good: string,
  notes: readonly Finding[] = [],
): BareAnswer {
  const present = pods.filter(isCounted)
  const uids = new Set(present.map(({ uid }) => uid))
  return {
    ...(finding === null ? { verdict: 'pass', code: null, reason: null, message: good } : answerBy(finding)),
    crashes: countCrashes(histories, since, container).crashes,
    restarts: sumRestarts(present),
    pods: present.length,
    readyPods: present.filter(({ ready }) => ready).length,
    failingPods: histories.filter((one) => uids.has(one.uid) && listCrashes(one, since, container).length > 0)
      .length,
    desired,
    revision,
    generation,
    findings: finding === null ? [] : [finding],
    notes,
  }
}

/** When the oldest counted crash leaves the window. */
function nextExpiry({ firstAt }: CrashCount, { window }: Question): Seconds | null {
  return window === undefined || firstAt === null ? null : firstAt + window
}
