import type { OwnerRef } from '../model/meta.ts'
import type { PodFacts } from '../rules/container-facts.ts'
import type { Context } from '../rules/context.ts'
import { isCounted } from '../rules/pod.ts'
import { type Assessment, assess } from './assessment.ts'
import type { Workload } from './descriptor.ts'

/** Pods of one revision of a StatefulSet or DaemonSet that is not its newest, or of an unknown owner. */
interface RevisionObjects {
  /** Kind and name of the owner, as Kubernetes writes them; of a pod without one, its own. */
  readonly owner: Pick<OwnerRef, 'kind' | 'name'>
  readonly hash: string
  readonly pods: readonly PodFacts[]
}

function judgeRevision({ owner, hash, pods }: RevisionObjects, context: Context): Assessment {
  const desired = pods.filter(({ pod }) => isCounted(pod)).length
  return assess(
    {
      kind: owner.kind,
      name: owner.name,
      generation: null,
      revision: hash,
      desired,
      pods,
      missing: desired === 0 ? `has no pods of revision ${hash} any more` : null,
      progress: { since: 0, wasComplete: true },
    },
    context,
  )
}

/** Pods of one revision as a workload of their own. `owner`: what owns them; null for a pod that nothing owns. */
export function buildOldRevision(
  owner: OwnerRef | null,
  hash: string,
  pods: readonly [PodFacts, ...PodFacts[]],
): Workload {
  const shown = owner ?? { kind: 'Pod', name: pods[0].pod.name }
  return {
    apiKind: shown.kind,
    record: null,
    ownedBy: owner,
    pods,
    owners: owner === null ? [] : [owner.uid],
    hash,
    desired: pods.length,
    revision: hash,
    generation: null,
    minReadySeconds: 0,
    judge: (context) => judgeRevision({ owner: shown, hash, pods }, context),
  }
}
