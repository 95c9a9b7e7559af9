import type { Pod } from '../model/pod.ts'
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
      progress: { since: pod.createdAt, ...(hasNoDeadline(pod) ? { deadlineSeconds: NO_DEADLINE } : {}) },
    },
    { ...context, owner },
  )
}

/** A task runs as long as it runs, and nothing says how long a pod that nobody manages may take. */
const NO_DEADLINE = Number.POSITIVE_INFINITY

/** Whether a pod that is not finished or ready yet has no deadline of ours: it runs, and is bare or a task. */
function hasNoDeadline({ owner, spec, containers, initContainers }: Pod): boolean {
  const runs = [...initContainers, ...containers].some(({ state }) => state.type === 'running')
  return runs && (owner === null || spec.restartPolicy !== 'Always')
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
