import type { IntOrPercent } from '../model/meta.ts'
import type { Quorum } from './context.ts'
import type { Policy } from './policy.ts'

/** Resolves an IntOrPercent of a total; null when it is not set or not a number. */
export function resolvePods(value: IntOrPercent, total: number, round: 'up' | 'down'): number | null {
  if (value === null) return null
  if (typeof value === 'number') return value
  const percent = /^(\d+)%$/.exec(value)?.[1]
  if (percent === undefined) return null
  const share = (Number(percent) * total) / 100
  return round === 'up' ? Math.ceil(share) : Math.floor(share)
}

/** Kubernetes' defaults of a Deployment's rolling update. */
const DEFAULT_SHARE = '25%'

/**
 * How many pods may be unavailable during a rolling update, as the Deployment controller resolves it (deployment/util,
 * ResolveFenceposts); but fewer than it creates at a time, as the update stops when all of those are affected.
 */
export function resolveRollingTolerance(
  maxUnavailable: IntOrPercent,
  maxSurge: IntOrPercent,
  replicas: number,
): number {
  const surge = resolvePods(maxSurge ?? DEFAULT_SHARE, replicas, 'up') ?? 0
  const asked = resolvePods(maxUnavailable ?? DEFAULT_SHARE, replicas, 'down') ?? 0
  const unavailable = asked === 0 && surge === 0 ? 1 : asked
  return Math.min(unavailable, unavailable + surge - 1)
}

/** How many pods may fail when the workload does not say: none of a few, else a share. */
export function resolveDefaultTolerance(pods: number, { smallRevisionPods, toleratedShare }: Policy): number {
  return pods <= smallRevisionPods ? 0 : Math.floor(pods * toleratedShare)
}

/**
 * How many affected pods decide: the quorum of the question, else more than are tolerated. It does not depend on the pods
 * that exist, so that deleting pods cannot make the others decide.
 */
export function requiredPods(quorum: Quorum | null, tolerated: number, desired: number): number {
  if (quorum === null) return Math.max(1, Math.min(tolerated + 1, desired))
  return Math.max(1, 'pods' in quorum ? quorum.pods : Math.ceil(desired * quorum.share))
}
