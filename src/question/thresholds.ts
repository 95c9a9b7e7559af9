import { parseDuration } from '../lib/duration.ts'
import type { Quorum } from '../rules/context.ts'

/** What a question or a workload asks of the rules. Null: it does not say. */
export interface Thresholds {
  readonly limit: number | null
  readonly windowSeconds: number | null
  readonly quorum: Quorum | null
  readonly minPods: number | null
  readonly retryLimit: number | null
  readonly pendingDeadline: number | null
  readonly progressDeadline: number | null
  readonly ignoreSecretNotFound: boolean | null
}

export const NO_THRESHOLDS: Thresholds = Object.freeze({
  limit: null,
  windowSeconds: null,
  quorum: null,
  minPods: null,
  retryLimit: null,
  pendingDeadline: null,
  progressDeadline: null,
  ignoreSecretNotFound: null,
})

/** Values that the schemas have let through. */
export interface GivenThresholds {
  readonly limit?: number
  readonly window?: string
  readonly quorum?: string
  readonly minPods?: number
  readonly retryLimit?: number
  readonly pendingDeadline?: string
  readonly progressDeadline?: string
  readonly ignoreSecretNotFound?: boolean
}

/**
 * Reads values that the schemas have let through. A duration that cannot be read and a quorum that is out of range are
 * reported and left out.
 */
export function parseThresholds(
  given: GivenThresholds,
  problem: (name: string, reason: string) => void,
): Thresholds {
  const seconds = (name: 'window' | 'pendingDeadline' | 'progressDeadline'): number | null => {
    const text = given[name]
    if (text === undefined) return null
    const parsed = parseDuration(text)
    if (parsed === undefined) problem(name, `"${text}" is not a duration such as 90s or 5m`)
    return parsed ?? null
  }
  const quorum = given.quorum === undefined ? null : parseQuorum(given.quorum)
  if (quorum === undefined) problem('quorum', `must be ${QUORUM_RANGE}, not "${given.quorum}"`)
  return {
    limit: given.limit ?? null,
    windowSeconds: seconds('window'),
    quorum: quorum ?? null,
    minPods: given.minPods ?? null,
    retryLimit: given.retryLimit ?? null,
    pendingDeadline: seconds('pendingDeadline'),
    progressDeadline: seconds('progressDeadline'),
    ignoreSecretNotFound: given.ignoreSecretNotFound ?? null,
  }
}

const QUORUM_RANGE = 'any, all, a number of pods from 1 to 999999, or a percentage from 1% to 100%'

/** Undefined: out of range. More than all pods can never be affected, and of no pods it would always be enough. */
function parseQuorum(text: string): Quorum | undefined {
  if (text === 'any') return { pods: 1 }
  if (text === 'all') return { share: 1 }
  const number = Number(text.replace('%', ''))
  if (number < 1) return undefined
  if (!text.endsWith('%')) return { pods: number }
  return number > 100 ? undefined : { share: number / 100 }
}

/** What was asked, completed by what else says something where it does not. */
export function withDefaults<T extends Thresholds>(asked: T, otherwise: Thresholds): T {
  return {
    ...asked,
    limit: asked.limit ?? otherwise.limit,
    windowSeconds: asked.windowSeconds ?? otherwise.windowSeconds,
    quorum: asked.quorum ?? otherwise.quorum,
    minPods: asked.minPods ?? otherwise.minPods,
    retryLimit: asked.retryLimit ?? otherwise.retryLimit,
    pendingDeadline: asked.pendingDeadline ?? otherwise.pendingDeadline,
    progressDeadline: asked.progressDeadline ?? otherwise.progressDeadline,
    ignoreSecretNotFound: asked.ignoreSecretNotFound ?? otherwise.ignoreSecretNotFound,
  }
}
