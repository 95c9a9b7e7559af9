import type { PodFacts } from '../rules/container-facts.ts'
import type { Context } from '../rules/context.ts'
import { counts } from '../rules/pod.ts'
import { type Assessment, assess } from './assessment.ts'

/** Pods of one revision of a StatefulSet or DaemonSet that is not its newest, or of an owner that nobody knows. */
export interface RevisionObjects {
  readonly kind: 'revision'
  /** Kind and name of the owner, as Kubernetes writes them. */
  readonly owner: { readonly kind: string; readonly name: string }
  readonly hash: string
  readonly pods: readonly PodFacts[]
}

export function judgeRevision({ owner, hash, pods }: RevisionObjects, context: Context): Assessment {
  const desired = pods.filter(({ pod }) => counts(pod)).length
  return assess(
    {
      kind: owner.kind,
      name: owner.name,
      generation: null,
      revision: hash,
      desired,
      pods,
      drafts: [],
      missing: desired === 0 ? `has no pods of revision ${hash} any more` : null,
      tolerated: null,
      progress: {
        since: 0,
        minReadySeconds: 0,
        deadlineSeconds: context.policy.progressDeadlineSeconds,
        expectedPods: 0,
        wasComplete: true,
      },
    },
    context,
  )
}
