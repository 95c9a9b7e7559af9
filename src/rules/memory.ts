import type { ContainerFacts } from './container-facts.ts'
import type { Context } from './context.ts'
import { countEnds, describeLast, FINAL_OR_IN_A_JOB } from './crash-evidence.ts'
import { resolveWeight } from './policy.ts'
import type { CheckedRule, Match } from './rule.ts'

/** A container that the kernel kills for its memory limit. A bare pod that ended so is judged in pod.ts. */
export const OOM = {
  id: 'oom',
  class: 'threshold',
  code: 'resource-limits-exceeded',
  times: 2,
  counts: 'kills',
  texts: {
    matches: ['OOMKilled'],
    exception: FINAL_OR_IN_A_JOB,
    cause: 'The container needs more memory than its limit allows: the limit is too low, or memory leaks.',
    remedy:
      'Raise `resources.limits.memory` of the container, or of the pod where the pod has the limit; or lower what the program uses (heap size, caches, concurrency).',
  },
  next: 'last-log',
  check: killed,
} as const satisfies CheckedRule<ContainerFacts>

function killed(facts: ContainerFacts, { policy, now }: Context): Match | null {
  const times = countEnds(facts.crashes, ({ reason }) => reason === 'OOMKilled')
  // After enough kills the rule keeps matching, however the container ends next: one more crash is not an improvement.
  const isRepeated = times >= (resolveWeight(OOM, policy).times ?? Number.POSITIVE_INFINITY)
  if (facts.lastCrash?.reason !== 'OOMKilled' && !isRepeated) return null
  const often = times === 1 ? 'once' : `${times} times`
  const what = `exceeded its memory limit and was killed ${often}${describeLast(facts, now)}`
  return { reason: 'OOMKilled', what, times }
}
