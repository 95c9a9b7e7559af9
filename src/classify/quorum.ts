import type { IntOrPercent } from '../model/meta.ts'
import type { Quorum } from './context.ts'
import type { Policy } from './policy.ts'

/** Resolves an IntOrPercent of a total; null when it is not set or no number. */
export function resolve(value: IntOrPercent, total: number, round: 'up' | 'down'): number | null {
  if (value === null) return null
  if (typeof value === 'number') return value
  const percent = /^(\d+)%$/.exec(value)?.[1]
  if (percent === undefined) return null
  const share = (Number(percent) * total) / 100
  return round === 'up' ? Math.ceil(share) : Math.floor(share)
}

/** Kubernetes' defaults of a Deployment's rolling update. */
const DEFAULT_SHARE = '25%'

/** How many pods a rolling update may do without, as the Deployment controller resolves it (deployment/util, ResolveFenceposts). */
export function rollingTolerance(
  maxUnavailable: IntOrPercent,
  maxSurge: IntOrPercent,
  replicas: number,
): number {
  const unavailable = resolve(maxUnavailable ?? DEFAULT_SHARE, replicas, 'down') ?? 0
  const surge = resolve(maxSurge ?? DEFAULT_SHARE, replicas, 'up') ?? 0
  return unavailable === 0 && surge === 0 ? 1 : unavailable
}

/** How many pods may fail where nothing says it: none of a few, else a share. */
export function defaultTolerance(pods: number, { smallRevisionPods, toleratedShare }: Policy): number {
  return pods <= smallRevisionPods ? 0 : Math.floor(pods * toleratedShare)
}

/**
 * How many affected pods decide. By default more than are tolerated, or all that there are: a rollout whose every new
 * pod is affected gets no further, however much it tolerates.
 */
export function required(quorum: Quorum | null, tolerated: number, present: number, desired: number): number {
  if (quorum === null) return Math.max(1, Math.min(tolerated + 1, present))
  if ('pods' in quorum) return Math.max(1, quorum.pods)
  return Math.max(1, Math.ceil(Math.max(present, desired) * quorum.share))
}
