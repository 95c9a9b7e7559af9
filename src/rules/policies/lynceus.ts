import type { Policy } from '../policy.ts'

const MINUTE = 60

/**
 * The default policy: each rule weighs as its own record says. What no retry can fix fails at once; what often resolves
 * itself gets time.
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
  countsRefusedStarts: false,
  failsRunning: true,
}
