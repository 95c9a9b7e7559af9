import type { PodFacts } from '../rules/container-facts.ts'
import type { Context } from '../rules/context.ts'
import { type Assessment, assess } from './assessment.ts'
import { defineKind } from './descriptor.ts'

/** Judges a pod by itself. */
function judgePod(facts: PodFacts, context: Context): Assessment {
  const { pod } = facts
  const succeeded = pod.phase === 'Succeeded'
  const owner = pod.owner === null ? 'bare' : pod.owner.kind === 'Job' ? 'job' : 'controller'
  return assess(
    {
      kind: 'Pod',
      name: pod.name,
      generation: null,
      desired: succeeded ? 0 : 1,
      pods: [facts],
      missing: missing(facts),
      ...(succeeded ? { good: 'succeeded' } : {}),
      tolerated: 0,
      progress: { since: pod.createdAt },
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

export const pod = defineKind({
  resource: {
    name: 'pods',
    group: '',
    kind: 'Pod',
    without: 'no question can be answered',
  },
  names: ['pods', 'po'],
  needs: [],
  owners: ['ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job'],
  selected: 'last',
  hasSeries: false,
  gather: (one, view) => view.gatherFacts(one),
  membership: (facts) => ({ pods: [facts], owners: [], desired: 1 }),
  judge: judgePod,
})
