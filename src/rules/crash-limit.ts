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
    remedy:
      'Read the log of the container that the message names: `kubectl logs POD -c CONTAINER --previous`.',
  },
} as const satisfies Rule

const NOT_STARTED = {
  id: 'not-started',
  class: 'progressing',
  code: null,
  texts: {
    matches: ['no container, or not the one in `container`, has ever run'],
    cause: 'What has not run cannot have crashed, which says nothing.',
    remedy: 'Wait. `/analyze/rollout` says why nothing starts.',
  },
} as const satisfies Rule

const IN_BACK_OFF = {
  id: 'in-back-off',
  class: 'progressing',
  code: null,
  texts: {
    matches: ['a container that is down after a crash, however old that is'],
    cause:
      'The kubelet waits up to 5 minutes before it starts a container again, longer than many a `window`: few new crashes do not mean that it runs.',
    remedy: 'Wait until it is started again, or look why it crashes.',
  },
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
): MatchOf<'crash-limit'> | null {
  if (last === null || crashes < limit) return null
  const where = `of ${count(pods, 'pod')}, last container ${last.container} of pod ${last.pod} at ${clock(last.at)}`
  const what = `${count(crashes, 'crash', 'crashes')}${describeBaseline(since)} ${where} with ${exitCode(last.exitCode, last.reason)}; the limit is ${limit}`
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
export function describeBaseline(since: Seconds | null): string {
  return since === null ? '' : ` since ${clock(since)}`
}

/** Nothing has run yet: no container, or not the one that is asked about. `whose`: as ` of the canary`, or empty. */
export function notStarted(container: string | null, whose: string, pods: number): MatchOf<'not-started'> {
  const who =
    container === null ? `No container${whose} has started` : `Container ${container}${whose} has not started`
  return { rule: NOT_STARTED, reason: null, what: `${who} yet in ${count(pods, 'pod')}` }
}

/**
 * A container that is down after a crash: it has not shown that it runs, also when its crashes are older than the window,
 * or fewer than the limit. Null when none is. Of several the one is named that is first by name of its pod. `known`: what
 * is said of the crashes that count, without full stop.
 */
export function inBackOff(
  pods: readonly Pod[],
  container: string | null,
  known: string,
): MatchOf<'in-back-off'> | null {
  const down = pods.flatMap((pod) => containersInBackOff(pod, container))
  const [first] = down.toSorted((left, right) => (left.pod.name < right.pod.name ? -1 : 1))
  if (first === undefined) return null
  const affected = new Set(down.map(({ pod }) => pod.uid)).size
  const share = pods.length > 1 ? ` (${affected} of ${count(pods.length, 'pod')})` : ''
  const since = first.end === null || first.end.finishedAt === 0 ? null : first.end.finishedAt
  const at = since === null ? '' : ` at ${clock(since)}`
  return {
    rule: IN_BACK_OFF,
    reason: first.reason,
    what: `${known}, but container ${first.container} of pod ${first.pod.name}${share} is down after a crash${at}, not started again yet`,
    since,
    exitCode: first.end?.exitCode ?? null,
  }
}
