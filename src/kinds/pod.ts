import type { PodFacts } from '../rules/container-facts.ts'
import type { Context } from '../rules/context.ts'
import { type Assessment, assess } from './assessment.ts'
import { defineKind, type Membership } from './descriptor.ts'

/** A pod by itself. `managed`: a controller replaces it. */
export interface PodObjects {
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

function membership({ facts }: PodObjects): Membership {
  return {
    pods: [facts],
    owners: [],
    hash: null,
    desired: 1,
    revision: null,
    generation: null,
    minReadySeconds: 0,
  }
}

export const pod = defineKind({
  resource: {
    name: 'pods',
    plural: 'pods',
    group: '',
    version: 'v1',
    kind: 'Pod',
    encoding: 'protobuf',
    without: 'no question can be answered',
  },
  names: ['pods', 'po'],
  needs: [],
  optional: ['events'],
  owners: ['ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job'],
  selected: 'last',
  dispensable: 'no',
  hasSeries: false,
  gather: (one, view): PodObjects => ({ facts: view.facts(one) }),
  membership,
  judge: judgePod,
})
