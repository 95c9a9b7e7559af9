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
    cause: 'The container needs more memory than its limit allows, by its size or by a leak.',
    remedy:
      'Raise `resources.limits.memory`, or lower what the program uses (heap size, caches, concurrency).',
  },
  check: killed,
} as const satisfies CheckedRule<ContainerFacts>

function killed(facts: ContainerFacts, { policy }: Context): Match | null {
  const times = countEnds(facts.crashes, ({ reason }) => reason === 'OOMKilled')
  // Killed often enough it stays so, however it ends after that: one more crash is no good news.
  const isRepeated = times >= (resolveWeight(OOM, policy).times ?? Number.POSITIVE_INFINITY)
  if (facts.lastCrash?.reason !== 'OOMKilled' && !isRepeated) return null
  const often = times === 1 ? 'once' : `${times} times`
  return {
    reason: 'OOMKilled',
    what: `was killed for its memory limit ${often}${describeLast(facts)}`,
    times,
  }
}
