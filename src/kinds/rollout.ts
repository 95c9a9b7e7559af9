import type { ReplicaSet, Rollout } from '../model/records.ts'
import type { PodFacts } from '../rules/container-facts.ts'
import type { Context } from '../rules/context.ts'
import { createForbidden } from '../rules/create.ts'
import { isObserved, ROLLOUT_CHECKS } from '../rules/rollout.ts'
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
}

export function judgeRollout({ rollout, replicaSet, pods }: RolloutObjects, context: Context): Assessment {
  const { name, generation, replicas: desired } = rollout
  const subject = { kind: 'Rollout', name, generation, desired }
  if (!isObserved(rollout)) return unobserved(subject, context)
  const progressing = rollout.conditions.find(({ type }) => type === 'Progressing')
  const begins = progressing !== undefined && (pods.length === 0 || BEGINNINGS.has(progressing.reason))
  return assess(
    {
      ...subject,
      revision: rollout.currentPodHash === '' ? null : rollout.currentPodHash,
      pods,
      matches: [
        firstMatch(ROLLOUT_CHECKS, rollout, context),
        createForbidden(replicaSet?.conditions ?? [], context.now),
      ],
      missing: missing(rollout),
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
  return { rollout, replicaSet, pods: replicaSet === null ? [] : view.listPods(replicaSet) }
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
  dispensable: 'where-absent',
  gather,
  membership,
  judge: judgeRollout,
  release,
  templatePath: ['spec', 'template'],
})
