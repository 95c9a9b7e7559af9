import type { Policy } from '../policy.ts'

const MINUTE = 60

/**
 * The default policy: each rule as its own record weighs it. They are sure of what no retry can mend, and patient with
 * what often mends itself.
 */
export const LYNCEUS: Policy = {
  name: 'lynceus',
  rules: {},
  settleSeconds: 10,
  settleFactor: 2,
  longestSettleSeconds: 10 * MINUTE,
  evictionMemorySeconds: 10 * MINUTE,
  progressDeadlineSeconds: 10 * MINUTE,
  smallRevisionPods: 3,
  toleratedShare: 0.2,
  affectedPods: null,
  failsRunning: true,
}
