import type { PodFacts } from '../rules/container-facts.ts'
import type { Context } from '../rules/context.ts'
import { type Assessment, assess } from './assessment.ts'

/** A pod by itself. `managed`: a controller replaces it. */
export interface PodObjects {
  readonly kind: 'pod'
  readonly facts: PodFacts
}

export function judgePod({ facts }: PodObjects, context: Context): Assessment {
  const { pod } = facts
  const succeeded = pod.phase === 'Succeeded'
  const owner = pod.owner === null ? 'bare' : pod.owner.kind === 'Job' ? 'job' : 'controller'
  return assess(
    {
      kind: 'Pod',
      name: pod.name,
      generation: null,
      revision: null,
      desired: succeeded ? 0 : 1,
      pods: [facts],
      drafts: [],
      missing: missing(facts),
      ...(succeeded ? { good: 'succeeded' } : {}),
      tolerated: 0,
      progress: {
        since: pod.createdAt,
        minReadySeconds: 0,
        deadlineSeconds: context.policy.progressDeadlineSeconds,
        expectedPods: 0,
        wasComplete: false,
      },
    },
    { ...context, owner },
  )
}

function missing({ pod }: PodFacts): string | null {
  if (pod.deletedAt !== null) return 'is being deleted'
  if (pod.phase === 'Succeeded') return null
  // A program that is meant to end has done its work when it ended well, not while it runs.
  if (pod.spec.restartPolicy !== 'Always') return 'has not finished yet'
  return pod.ready ? null : 'is not ready yet'
}
