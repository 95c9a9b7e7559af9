import { DEPLOYMENT_HASH_LABEL } from '../model/hash-labels.ts'
import { type Condition, findCondition, type Seconds } from '../model/meta.ts'
import type { ClusterEvent, Deployment, ReplicaSet } from '../model/records.ts'
import type { Attainment } from '../model/view.ts'
import type { PodFacts } from '../rules/container-facts.ts'
import type { Context } from '../rules/context.ts'
import { createForbidden, oldPodsStay, replicaSetRefused, replicaSetRefusedByEvent } from '../rules/create.ts'
import { controllerDeadline, scaledToZero } from '../rules/deadline.ts'
import { DEPLOYMENT_PAUSED } from '../rules/paused.ts'
import { resolveRollingTolerance } from '../rules/quorum.ts'
import { NOTHING_KNOWN, type RefusalFacts } from '../rules/quota.ts'
import { firstMatch } from '../rules/rule.ts'
import { type Assessment, assess, lacking, terminating, unobserved } from './assessment.ts'
import { defineKind, type MembershipInput, type ReleaseState } from './descriptor.ts'
import type { NamespaceView } from './namespace-view.ts'
import { findCurrentReplicaSet } from './revisions.ts'

/** A Deployment with the ReplicaSet of its present template, when that is known, and its pods. */
export interface DeploymentObjects {
  readonly deployment: Deployment
  readonly replicaSet: ReplicaSet | null
  readonly pods: readonly PodFacts[]
  /** What is known of a refusal; absent: nothing. */
  readonly refusal?: RefusalFacts
  /** Events about the Deployment while its controller has not noted the generation. Absent: there are none. */
  readonly events?: readonly ClusterEvent[]
  /** How far its revision ever got. Absent: unseen. */
  readonly attainment?: Attainment
  /** ReplicaSets of other revisions. Absent: there are none. */
  readonly old?: readonly ReplicaSet[]
  /** Their pods. */
  readonly oldPods?: () => readonly PodFacts[]
}

export function judgeDeployment(objects: DeploymentObjects, context: Context): Assessment {
  const { deployment, replicaSet, pods, refusal = NOTHING_KNOWN, old = [], oldPods } = objects
  const { name, generation, replicas: desired } = deployment
  const subject = { kind: 'Deployment', name, generation, desired }
  const { observedGeneration, conditions, changedAt } = deployment
  const refused = replicaSetRefused(conditions, changedAt, context.now)
  if (observedGeneration < generation) {
    // A controller that cannot make the ReplicaSet never notes the generation.
    const match = refused ?? replicaSetRefusedByEvent(objects.events ?? [], changedAt, context.now)
    return unobserved({ ...subject, matches: [match] }, context)
  }
  const progressing = deployment.conditions.find(({ type }) => type === 'Progressing')
  const revisionSince = replicaSet?.createdAt ?? deployment.createdAt
  return assess(
    {
      ...subject,
      revision: replicaSet?.labels[DEPLOYMENT_HASH_LABEL] ?? null,
      pods,
      matches: [
        firstMatch([DEPLOYMENT_PAUSED], deployment, context),
        refused,
        createForbidden(replicaSet?.conditions ?? deployment.conditions, refusal, context.now),
        oldPodsStay(
          [...old, deployment].flatMap(({ conditions }) => conditions),
          context.now,
        ),
        desired === 0 && wasNeverAvailable(objects) ? scaledToZero() : null,
        controllerDeadline(deployment.conditions, revisionSince, context.now),
      ],
      missing: missing(deployment, replicaSet),
      ...(oldPods === undefined ? {} : { oldPods }),
      tolerated:
        deployment.strategy === 'Recreate'
          ? null
          : resolveRollingTolerance(deployment.maxUnavailable, deployment.maxSurge, desired),
      progress: {
        since: clockStart(progressing, revisionSince, pods.length),
        minReadySeconds: deployment.minReadySeconds,
        deadlineSeconds: deployment.progressDeadlineSeconds,
        expectedPods: replicaSet?.replicas ?? 0,
        wasComplete: progressing?.reason === 'NewReplicaSetAvailable',
      },
    },
    context,
  )
}

/**
 * Whether its revision had pods, none of which was ever available. What was not seen, its conditions show: a Deployment turns
 * available and complete the moment it is scaled to 0, and one that was so before keeps the older times.
 */
function wasNeverAvailable({ deployment, replicaSet, attainment = 'unseen' }: DeploymentObjects): boolean {
  if (attainment !== 'unseen') return attainment === 'tried'
  const { conditions, createdAt, changedAt } = deployment
  // Only a change of its size gives a ReplicaSet a second generation.
  if (replicaSet === null || replicaSet.generation < 2 || changedAt <= createdAt) return false
  const available = findCondition(conditions, 'Available')
  const complete = findCondition(conditions, 'Progressing')
  return (
    available !== undefined &&
    available.since >= changedAt &&
    complete?.reason === 'NewReplicaSetAvailable' &&
    complete.updatedAt >= changedAt
  )
}

/** As `kubectl rollout status` waits, in the same order. */
function missing(deployment: Deployment, replicaSet: ReplicaSet | null): string | null {
  const { replicas, updatedReplicas, currentReplicas, availableReplicas } = deployment
  if (replicas === 0) return terminating(currentReplicas)
  if (replicaSet === null) return 'has no ReplicaSet for its newest template yet'
  return (
    lacking(updatedReplicas, replicas, 'updated') ??
    terminating(currentReplicas - updatedReplicas, 'old pod') ??
    lacking(availableReplicas, updatedReplicas, 'available')
  )
}

/** Reasons with which the controller says that a revision begins, or goes on after a pause. */
const BEGINNINGS: ReadonlySet<string> = new Set([
  'NewReplicaSetCreated',
  'FoundNewReplicaSet',
  'ReplicaSetCreated',
  'DeploymentResumed',
])

/** After a rollback the ReplicaSet is old: then the controller's condition says when the revision began, until its pods exist. */
function clockStart(progressing: Condition | undefined, revisionSince: Seconds, pods: number): Seconds {
  if (progressing === undefined) return revisionSince
  const begins = BEGINNINGS.has(progressing.reason) || pods === 0
  return begins ? Math.max(revisionSince, progressing.updatedAt) : revisionSince
}

/** What a Deployment's verdict depends on. */
export function gatherDeployment(deployment: Deployment, view: NamespaceView): DeploymentObjects {
  const replicaSet = findCurrentReplicaSet(deployment, view)
  const old = view.objects.replicasets.ownedBy(deployment.uid).filter(({ uid }) => uid !== replicaSet?.uid)
  return {
    deployment,
    replicaSet,
    pods: replicaSet === null ? [] : view.listPods(replicaSet),
    events: deployment.observedGeneration < deployment.generation ? view.listEvents(deployment) : [],
    refusal: view.gatherRefusal(replicaSet, replicaSet?.conditions ?? []),
    attainment: replicaSet === null ? 'unseen' : view.cluster.past.attainment(replicaSet.uid),
    old,
    oldPods: () => old.flatMap((one) => view.listPods(one)),
  }
}

function membership({ deployment, replicaSet, pods }: DeploymentObjects): MembershipInput {
  return {
    pods,
    owners: replicaSet === null ? [] : [replicaSet.uid],
    desired: deployment.replicas,
    revision: replicaSet?.labels[DEPLOYMENT_HASH_LABEL] ?? null,
  }
}

/** The label by which deployments for apps-watcher name their release. */
const RELEASE_UUID = 'akkeris.io/release-uuid'

/** Released exactly as apps-watcher defines it. */
function release(deployment: Deployment): ReleaseState {
  const { labels, annotations, generation, observedGeneration, replicas, conditions } = deployment
  const progressing = conditions.find(({ type }) => type === 'Progressing')
  const done = progressing?.status === 'True' && progressing.reason === 'NewReplicaSetAvailable'
  const { availableReplicas, readyReplicas, currentReplicas, updatedReplicas } = deployment
  const counts = [availableReplicas, readyReplicas, currentReplicas, updatedReplicas]
  const finished = done && observedGeneration === generation
  return {
    generation,
    id: labels[RELEASE_UUID] ?? annotations['deployment.kubernetes.io/revision'] ?? '',
    complete: finished && counts.every((count) => count === replicas),
    finished,
  }
}

export const deployment = defineKind({
  resource: {
    name: 'deployments',
    group: 'apps',
    kind: 'Deployment',
    without: 'questions about Deployments, their hashes and selectors are answered with 503',
  },
  names: ['deployments', 'deploy'],
  needs: ['replicasets', 'pods'],
  gather: gatherDeployment,
  membership,
  judge: judgeDeployment,
  isCurrent: (one, hash, view) => findCurrentReplicaSet(one, view)?.labels[DEPLOYMENT_HASH_LABEL] === hash,
  release,
  templatePath: ['spec', 'template'],
})
