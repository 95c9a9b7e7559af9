import type { ReplicaSet, Rollout } from '../model/records.ts'
import type { Attainment } from '../model/view.ts'
import type { PodFacts } from '../rules/container-facts.ts'
import type { Context } from '../rules/context.ts'
import { createForbidden, oldPodsStay, replicaSetRefused } from '../rules/create.ts'
import { scaledToZero } from '../rules/deadline.ts'
import { NOTHING_KNOWN, type RefusalFacts } from '../rules/quota.ts'
import { isObserved, ROLLOUT_CHECKS, workloadMissing, workloadNotTaken } from '../rules/rollout.ts'
import { firstMatch } from '../rules/rule.ts'
import { type Assessment, assess, lacking, unobserved } from './assessment.ts'
import { defineKind, type MembershipInput, type ReleaseState } from './descriptor.ts'
import type { NamespaceView } from './namespace-view.ts'
import { findCurrentRolloutSet } from './revisions.ts'

/** An Argo Rollout with the ReplicaSet of its present template, when that is known, and its pods. */
interface RolloutObjects {
  readonly rollout: Rollout
  readonly replicaSet: ReplicaSet | null
  readonly pods: readonly PodFacts[]
  /** Generation of the Deployment that it refers to; `absent`: there is no such Deployment. Absent: it is not known. */
  readonly workloadGeneration?: number | 'absent'
  /** What is known of a refusal; absent: nothing. */
  readonly refusal?: RefusalFacts
  /** How far its revision ever got. Absent: unseen. */
  readonly attainment?: Attainment
  /** ReplicaSets of other revisions. Absent: there are none. */
  readonly old?: readonly ReplicaSet[]
  /** Their pods. */
  readonly oldPods?: () => readonly PodFacts[]
}

export function judgeRollout(objects: RolloutObjects, context: Context): Assessment {
  const {
    rollout,
    replicaSet,
    pods,
    refusal = NOTHING_KNOWN,
    old = [],
    oldPods,
    workloadGeneration,
  } = objects
  const { name, generation, replicas: desired } = rollout
  const subject = { kind: 'Rollout', name, generation, desired }
  // Argo Rollouts notes the generation, with phase Healthy, also when it could not make the ReplicaSet.
  const refused = replicaSetRefused(rollout.conditions, 0, context.now)
  if (!isObserved(rollout)) return unobserved({ ...subject, matches: [refused] }, context)
  const progressing = rollout.conditions.find(({ type }) => type === 'Progressing')
  const begins = progressing !== undefined && (pods.length === 0 || BEGINNINGS.has(progressing.reason))
  return assess(
    {
      ...subject,
      revision: rollout.currentPodHash === '' ? null : rollout.currentPodHash,
      pods,
      matches: [
        firstMatch(ROLLOUT_CHECKS, rollout, context),
        refused,
        workloadGeneration === 'absent' ? workloadMissing(rollout) : null,
        typeof workloadGeneration === 'number' ? workloadNotTaken(rollout, workloadGeneration) : null,
        createForbidden(replicaSet?.conditions ?? [], refusal, context.now),
        oldPodsStay(
          [...old, rollout].flatMap(({ conditions }) => conditions),
          context.now,
        ),
        desired === 0 && objects.attainment === 'tried' ? scaledToZero() : null,
      ],
      missing: missing(rollout),
      ...(oldPods === undefined ? {} : { oldPods }),
      progress: {
        since: Math.max(replicaSet?.createdAt ?? rollout.createdAt, begins ? progressing.updatedAt : 0),
        minReadySeconds: rollout.minReadySeconds,
        deadlineSeconds: rollout.progressDeadlineSeconds,
        expectedPods: replicaSet?.replicas ?? 0,
        wasComplete: rollout.stableHash === rollout.currentPodHash,
      },
    },
    context,
  )
}

const BEGINNINGS: ReadonlySet<string> = new Set([
  'NewReplicaSetCreated',
  'FoundNewReplicaSet',
  'RolloutResumed',
])

/** As argo-rollouts computes a phase (utils/rollout), for controllers that write none too. */
function missing(rollout: Rollout): string | null {
  const { replicas, updatedReplicas, availableReplicas, currentPodHash, stableHash, activeHash } = rollout
  if (rollout.controllerPause && rollout.pauseConditions.length === 0)
    return 'is about to continue after a pause'
  const lacks =
    lacking(updatedReplicas, replicas, 'updated') ?? lacking(availableReplicas, updatedReplicas, 'available')
  if (lacks !== null) return lacks
  if (rollout.strategy === 'blueGreen' && activeHash !== currentPodHash)
    return 'has not switched to its new version yet'
  if (stableHash !== currentPodHash) return 'has not made its new version the stable one yet'
  return rollout.phase === '' || rollout.phase === 'Healthy'
    ? null
    : `is ${rollout.phase}: ${rollout.message}`
}

function gather(rollout: Rollout, view: NamespaceView): RolloutObjects {
  const replicaSet = findCurrentRolloutSet(rollout, view)
  const old = view.objects.replicasets.ownedBy(rollout.uid).filter(({ uid }) => uid !== replicaSet?.uid)
  const workloadGeneration = findWorkloadGeneration(rollout, view)
  return {
    rollout,
    replicaSet,
    pods: replicaSet === null ? [] : view.listPods(replicaSet),
    ...(workloadGeneration === null ? {} : { workloadGeneration }),
    refusal: view.gatherRefusal(replicaSet, replicaSet?.conditions ?? []),
    attainment: replicaSet === null ? 'unseen' : view.cluster.past.attainment(replicaSet.uid),
    old,
    oldPods: () => old.flatMap((one) => view.listPods(one)),
  }
}

/** The generation of the Deployment that a Rollout refers to; null where it refers to none that can be read. */
function findWorkloadGeneration(
  { workloadRef, namespace }: Rollout,
  view: NamespaceView,
): number | 'absent' | null {
  if (workloadRef?.kind !== 'Deployment' || !view.required.needUnlessRefused('deployments')) return null
  return view.objects.deployments.get(namespace, workloadRef.name)?.generation ?? 'absent'
}

function membership({ rollout, replicaSet, pods }: RolloutObjects): MembershipInput {
  return {
    pods,
    owners: replicaSet === null ? [] : [replicaSet.uid],
    desired: rollout.replicas,
    revision: rollout.currentPodHash,
  }
}

function release(rollout: Rollout): ReleaseState {
  const { currentPodHash, stableHash, phase, observedGeneration, generation } = rollout
  const finished = currentPodHash === stableHash && observedGeneration === String(generation)
  return { generation, id: currentPodHash, complete: finished && phase === 'Healthy', finished }
}

export const rollout = defineKind({
  resource: {
    name: 'rollouts',
    group: 'argoproj.io',
    version: 'v1alpha1',
    kind: 'Rollout',
    encoding: 'json',
    without: 'questions about Rollouts and selectors are answered with 503',
  },
  names: ['rollouts', 'ro'],
  needs: ['replicasets', 'pods'],
  optional: ['events', 'deployments'],
  dispensable: 'where-absent',
  gather,
  membership,
  judge: judgeRollout,
  release,
  templatePath: ['spec', 'template'],
})
