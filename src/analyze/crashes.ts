import type { PodHistory } from '../model/history.ts'
import type { Seconds } from '../model/meta.ts'
import type { Pod } from '../model/pod.ts'
import type { ClusterView } from '../model/view.ts'
import { baseline } from '../question/effective-policy.ts'
import { completeTogether, type EffectiveQuestion, resolveRecheck } from '../question/effective-question.ts'
import type { Question } from '../question/question.ts'
import type { Members, ResolvedTarget } from '../question/resolved-target.ts'
import { counts } from '../rules/pod.ts'
import type { Code } from '../rules/policy.ts'
import { clock, count, exitCode } from '../rules/words.ts'
import type { Evaluation } from './answer.ts'
import { describeBackOff } from './back-off-text.ts'
import { notStarted, unknownContainer } from './container-name.ts'
import { type CrashCount, countCrashes, hasStarted, sumRestarts } from './crash-count.ts'
import { evaluate, type Outcome } from './evaluate.ts'
import { annotationNotes } from './notes.ts'

/** Crashes at which it fails, unless the question says. */
const DEFAULT_LIMIT = 1

/**
 * Do the target's pods crash? `fail` at the limit, `pending` until a container (the one that is asked about) has started
 * and `minPods` are there, and while one is down after a crash, else `pass`. See evaluate() for what it throws.
 */
export function analyzeCrashes(
  view: ClusterView,
  question: Question,
  now: Seconds,
  staleAfterSeconds: number,
): Evaluation {
  return evaluate(view, question, now, staleAfterSeconds, (resolved) => crashOutcome(resolved, question, now))
}

export function crashOutcome({ members }: ResolvedTarget, asked: Question, now: Seconds): Outcome {
  const { pods, histories } = members
  const tuned = completeTogether(asked, members.owners())
  const { question } = tuned
  const limit = question.limit ?? DEFAULT_LIMIT
  const since = baseline(question.since, question.windowSeconds, now)
  const counted = countCrashes(histories, since, question.container)
  const present = pods.filter(counts)
  return {
    ...decide(counted, limit, present, question, since),
    ...crashCounts(members, counted, since, question.container),
    recheckAt: resolveRecheck(asked, [tuned], leaves(counted, question), now),
    details: buildDetails(tuned),
  }
}

/** What an answer says of pods and their crashes, whatever the verdict. */
export function crashCounts(
  { pods, histories, desired, revision, generation }: Members,
  { crashes }: CrashCount,
  since: Seconds | null,
  container: string | null,
) {
  const present = pods.filter(counts)
  return {
    crashes,
    restarts: sumRestarts(present),
    pods: present.length,
    readyPods: present.filter(({ ready }) => ready).length,
    failingPods: failing(present, histories, since, container),
    desired,
    revision,
    generation,
  }
}

/** When the oldest crash leaves the window. */
function leaves({ firstAt }: CrashCount, { windowSeconds }: Question): Seconds | null {
  return windowSeconds === null || firstAt === null ? null : firstAt + windowSeconds
}

function buildDetails(tuned: EffectiveQuestion): Outcome['details'] {
  const findings = annotationNotes([tuned])
  return findings.length === 0 ? {} : { findings, findingsOmitted: 0 }
}

function decide(
  counted: CrashCount,
  limit: number,
  present: readonly Pod[],
  { minPods, container }: Question,
  since: Seconds | null,
): Pick<Outcome, 'verdict' | 'code' | 'reason' | 'message'> {
  const { crashes, last, oomKills } = counted
  const baselineText = since === null ? '' : ` since ${clock(since)}`
  if (last !== null && crashes >= limit) {
    const code: Code =
      oomKills > 0 && oomKills * 2 >= crashes ? 'resource-limits-exceeded' : 'process-crashing'
    const where = `of ${count(counted.pods, 'pod')}, last container ${last.container} of pod ${last.pod} at ${clock(last.at)}`
    const message = `${count(crashes, 'crash', 'crashes')}${baselineText} ${where} with ${exitCode(last.exitCode, last.reason)}; the limit is ${limit}.`
    return { verdict: 'fail', code, reason: last.reason === '' ? 'Error' : last.reason, message }
  }
  const unknown = unknownContainer(present, container)
  if (unknown !== null) return pending(unknown)
  const few = crashes === 0 ? 'No crash' : `${crashes} of ${limit} crashes`
  const awaited = minPods ?? 0
  if (present.length < awaited)
    return pending(
      `${few}${baselineText}, but only ${present.length} of at least ${count(awaited, 'pod')} exist.`,
    )
  if (!hasStarted(present, container) && crashes === 0)
    return pending(notStarted(container, '', present.length))
  const told = `${few}${baselineText} in ${count(present.length, 'pod')}`
  const down = describeBackOff(present, container)
  if (down !== null) return pending(`${told}, ${down.text}.`, down.reason)
  return { verdict: 'pass', code: null, reason: null, message: `${told}.` }
}

function pending(message: string, reason: string | null = null) {
  return { verdict: 'pending', code: null, reason, message } as const
}

function failing(
  present: readonly Pod[],
  histories: readonly PodHistory[],
  since: Seconds | null,
  container: string | null,
): number {
  const uids = new Set(present.map(({ uid }) => uid))
  return histories.filter((one) => uids.has(one.uid) && countCrashes([one], since, container).crashes > 0)
    .length
}
