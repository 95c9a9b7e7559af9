import type { PodHistory } from '../model/history.ts'
import type { Seconds } from '../model/meta.ts'
import type { Pod } from '../model/pod.ts'
import { containersInBackOff } from './back-off.ts'
import type { MatchOf, Rule } from './rule.ts'
import { clock, count, exitCode } from './words.ts'

const CRASH_LIMIT = {
  id: 'crash-limit',
  class: 'fatal',
  code: 'process-crashing',
  texts: {
    matches: ['as many crashes as `limit`'],
    exception: 'When at least half of the crashes are OOM kills, the code is `resource-limits-exceeded`.',
    cause: 'Containers ended as often as the question allows, since the baseline or within `window`.',
    remedy: 'Read the log of the container that the message names.',
  },
  next: 'last-log',
} as const satisfies Rule

const NOT_STARTED = {
  id: 'not-started',
  class: 'progressing',
  code: null,
  texts: {
    matches: ['no container, or not the one in `container`, has ever run'],
    cause: 'A container that has not run cannot have crashed, so the count says nothing yet.',
    remedy: 'Wait. `/analyze/rollout` says why nothing starts.',
  },
} as const satisfies Rule

const IN_BACK_OFF = {
  id: 'in-back-off',
  class: 'progressing',
  code: null,
  texts: {
    matches: ['a container that crashed and does not run again yet, however old the crash is'],
    cause:
      'The kubelet waits up to 5 minutes before it starts a container again, longer than many a `window`: a window without crashes does not mean that it runs.',
    remedy: 'Wait for its next start, or find out why it crashes.',
  },
  next: 'last-log',
} as const satisfies Rule

/** What keeps crashes, counted by a question's own limit, from being a pass. */
export const CRASH_LIMIT_RULES = [CRASH_LIMIT, NOT_STARTED, IN_BACK_OFF] as const

/** Crashes of several pods. */
export interface CrashCount {
  readonly crashes: number
  readonly oomKills: number
  /** Pods that crashed, present or gone. */
  readonly pods: number
  /** The newest. */
  readonly last: Crash | null
  /** When the oldest counted crash was. */
  readonly firstAt: Seconds | null
}

export interface Crash {
  readonly pod: string
  readonly container: string
  readonly at: Seconds
  readonly exitCode: number
  readonly reason: string
}

/** The limit is reached; null when it is not. `since`: the baseline, when there is one. */
export function crashLimit(
  { crashes, oomKills, pods, last, firstAt }: CrashCount,
  limit: number,
  since: Seconds | null,
  now: Seconds,
): MatchOf<'crash-limit'> | null {
  if (last === null || crashes < limit) return null
  const all = `${count(crashes, 'crash', 'crashes')}${describeBaseline(since, now)} in ${count(pods, 'pod')}`
  const newest = `container ${last.container} of pod ${last.pod} at ${clock(last.at, now)} with ${exitCode(last.exitCode, last.reason)}`
  const what = `${all}, the latest in ${newest}; the limit is ${limit}`
  return {
    rule: CRASH_LIMIT,
    code: oomKills * 2 >= crashes ? 'resource-limits-exceeded' : 'process-crashing',
    reason: last.reason === '' ? 'Error' : last.reason,
    what,
    since: firstAt,
    exitCode: last.exitCode,
  }
}

/** ` since 10:00:00 UTC`, or nothing. */
export function describeBaseline(since: Seconds | null, now: Seconds): string {
  return since === null ? '' : ` since ${clock(since, now)}`
}

/** Nothing has run yet: no container, or not the one of that name. `whose`: as ` of the canary`, or empty. */
export function notStarted(container: string | null, whose: string, pods: number): MatchOf<'not-started'> {
  const who =
    container === null ? `No container${whose} has started` : `Container ${container}${whose} has not started`
  const what = pods === 0 ? `No pod${whose} exists yet` : `${who} yet in ${count(pods, 'pod')}`
  return { rule: NOT_STARTED, reason: null, what }
}

/**
 * A container that crashed and does not run again yet, also when its crashes are older than the window, or fewer than the
 * limit. Null when there is none. Of several it names the first by the name of its pod. `known`: what is said about the
 * crashes that count, without full stop.
 */
export function inBackOff(
  { pods, histories }: { readonly pods: readonly Pod[]; readonly histories: readonly PodHistory[] },
  container: string | null,
  known: string,
  now: Seconds,
): MatchOf<'in-back-off'> | null {
  const byUid = new Map(histories.map((history) => [history.uid, history]))
  const waiting = pods.flatMap((pod) => containersInBackOff(pod, container, byUid.get(pod.uid)))
  const [first] = waiting.toSorted((left, right) => (left.pod.name < right.pod.name ? -1 : 1))
  if (first === undefined) return null
  const affected = new Set(waiting.map(({ pod }) => pod.uid)).size
  const share = pods.length > 1 ? ` (${affected} of ${count(pods.length, 'pod')})` : ''
  const since = first.end === null || first.end.finishedAt === 0 ? null : first.end.finishedAt
  const at = since === null ? '' : ` at ${clock(since, now)}`
  return {
    rule: IN_BACK_OFF,
    reason: first.reason,
    what: `${known}, but container ${first.container} of pod ${first.pod.name}${share} crashed${at} and does not run again yet`,
    since,
    exitCode: first.end?.exitCode ?? null,
  }
}
