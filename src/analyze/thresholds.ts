import type { Quorum } from '../classify/context.ts'
import { parseDuration } from '../lib/duration.ts'

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

/** Reads values that the schemas have let through; a duration that is none after all is told and left out. */
export function thresholdsOf(
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
  return {
    limit: given.limit ?? null,
    windowSeconds: seconds('window'),
    quorum: given.quorum === undefined ? null : quorumOf(given.quorum),
    minPods: given.minPods ?? null,
    retryLimit: given.retryLimit ?? null,
    pendingDeadline: seconds('pendingDeadline'),
    progressDeadline: seconds('progressDeadline'),
    ignoreSecretNotFound: given.ignoreSecretNotFound ?? null,
  }
}

function quorumOf(text: string): Quorum {
  if (text === 'any') return { pods: 1 }
  if (text === 'all') return { share: 1 }
  return text.endsWith('%') ? { share: Number(text.slice(0, -1)) / 100 } : { pods: Number(text) }
}

/** What was asked, completed by what else says something where it does not. */
export function completed<T extends Thresholds>(asked: T, otherwise: Thresholds): T {
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
