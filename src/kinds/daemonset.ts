import { REVISION_HASH_LABEL } from '../model/hash-labels.ts'
import type { RefusedPods } from '../model/history.ts'
import type { Seconds } from '../model/meta.ts'
import type { Pod } from '../model/pod.ts'
import type { DaemonSet } from '../model/records.ts'
import type { PodFacts } from '../rules/container-facts.ts'
import type { Context } from '../rules/context.ts'
import { createForbiddenByEvent, oldPodsStayByEvent } from '../rules/create.ts'
import { awaited } from '../rules/deadline.ts'
import { findLostNode, isSuspect } from '../rules/lost-node.ts'
import { isCounted } from '../rules/pod.ts'
import { resolvePods } from '../rules/quorum.ts'
import { NOTHING_KNOWN, type RefusalFacts } from '../rules/quota.ts'
import { onDelete } from '../rules/revision.ts'
import type { RuleMatch } from '../rules/rule-match.ts'
import { count } from '../rules/words.ts'
import { type Assessment, assess, newestPodAt, unobserved } from './assessment.ts'
import { defineKind, type MembershipInput, type ReleaseState } from './descriptor.ts'
import type { NamespaceView } from './namespace-view.ts'
import { findNewestRevision, isNewestRevision, readRevisionHash } from './revisions.ts'

/** A DaemonSet with all of its pods and its newest revision. */
interface DaemonSetObjects {
  readonly daemonSet: DaemonSet
  /** Hash of the newest ControllerRevision; null while there is none. */
  readonly revision: string | null
  readonly revisionSince: Seconds
  readonly pods: readonly PodFacts[]
  /** Refused pods of the newest revision that were deleted; absent: none. */
  readonly refusals?: readonly RefusedPods[]
  /** What is known of a refusal; absent: nothing. */
  readonly refusal?: RefusalFacts
}

/** Kubernetes' default of maxUnavailable. */
const DEFAULT_UNAVAILABLE = 1

export function judgeDaemonSet(objects: DaemonSetObjects, context: Context): Assessment {
  const { daemonSet, revision, revisionSince, refusal = NOTHING_KNOWN } = objects
  const { name, generation, desired } = daemonSet
  const subject = { kind: 'DaemonSet', name, generation, desired }
  if (daemonSet.observedGeneration < generation) return unobserved(subject, context)
  const pods = objects.pods.filter(({ pod }) => pod.labels[REVISION_HASH_LABEL] === revision)
  const old = objects.pods.filter(({ pod }) => isCounted(pod) && pod.labels[REVISION_HASH_LABEL] !== revision)
  const { lost, lostUpdated } = countLost(objects, context.now)
  const unavailable = resolvePods(daemonSet.maxUnavailable, desired, 'up') ?? DEFAULT_UNAVAILABLE
  const judged = assess(
    {
      ...subject,
      desired: Math.max(0, desired - lost),
      revision,
      pods,
      refusals: objects.refusals ?? [],
      matches: [
        daemonSet.strategy === 'OnDelete' && old.length > 0 ? onDelete(old.length) : null,
        outOfSight(daemonSet, lost),
        createForbiddenByEvent(refusal, newestPodAt(objects.pods), desired - daemonSet.current, context.now),
        oldPodsStayByEvent(refusal, newestPodAt(pods), old.length, context.now),
      ],
      missing: lost < desired ? missing(daemonSet, lost, lostUpdated) : null,
      oldPods: () => objects.pods,
      // While it updates, as many unavailable pods as are allowed stop it.
      tolerated: daemonSet.updated < desired ? unavailable - 1 : unavailable,
      progress: {
        since: revisionSince,
        minReadySeconds: daemonSet.minReadySeconds,
        expectedPods: daemonSet.updated,
        wasComplete: daemonSet.updated >= desired,
      },
    },
    context,
  )
  return lost < desired ? judged : { ...judged, desired }
}

/** With every node silent no pod shows how it is, and it must not pass like a DaemonSet that wants no pods. No deadline applies. */
function outOfSight({ desired }: DaemonSet, lost: number): RuleMatch | null {
  if (desired === 0 || lost < desired) return null
  return awaited(`has none of its ${count(desired, 'pod')} on a node that answers`)
}

function missing(
  { desired, updated, available }: DaemonSet,
  lost: number,
  lostUpdated: number,
): string | null {
  if (updated - lostUpdated < desired - lost) return `has ${updated} of ${count(desired, 'pod')} updated`
  return available < desired - lost ? `has ${available} of ${count(desired, 'pod')} available` : null
}

/**
 * Nodes whose pods say nothing about the rollout, as they are lost: it does not wait for them while there are others. It does
 * wait for a pod of its own revision that may have taken the node down. A node has two pods while a surge replaces the old
 * one, but only one is wanted there. `lostUpdated`: those of them that have a pod of the revision only.
 */
function countLost({ pods, revision }: DaemonSetObjects, now: Seconds) {
  const isCurrent = ({ labels }: Pod): boolean => labels[REVISION_HASH_LABEL] === revision
  const lost = pods.filter((facts) => {
    const found = findLostNode(facts, now)
    return (
      found !== null && !(isCounted(facts.pod) && isCurrent(facts.pod) && isSuspect(facts.pod, found.since))
    )
  })
  const nodes = Map.groupBy(lost, ({ pod }) => pod.node)
  const updated = [...nodes.values()].filter((there) => there.every(({ pod }) => isCurrent(pod)))
  return { lost: nodes.size, lostUpdated: updated.length }
}

function gather(daemonSet: DaemonSet, view: NamespaceView): DaemonSetObjects {
  const newest = findNewestRevision(daemonSet.uid, view)
  const revision = newest === null ? null : readRevisionHash(newest)
  return {
    daemonSet,
    revision,
    refusals: view.listRefusals(daemonSet, revision),
    revisionSince: newest?.createdAt ?? daemonSet.createdAt,
    pods: view.listPods(daemonSet),
    refusal: view.gatherRefusal(daemonSet, null),
  }
}

function membership({ daemonSet, pods, revision }: DaemonSetObjects): MembershipInput {
  return {
    pods: pods.filter(({ pod }) => pod.labels[REVISION_HASH_LABEL] === revision),
    hash: revision ?? '',
    desired: daemonSet.desired,
    revision,
  }
}

/** A DaemonSet names no revision in its status: its generation does. */
function release({
  observedGeneration,
  generation,
  updated,
  available,
  current,
  desired,
}: DaemonSet): ReleaseState {
  // A node may lack its pod: those that there are have this template.
  const finished = observedGeneration === generation && updated >= current
  const complete = finished && updated === desired && available === desired
  return { generation, id: String(generation), complete, finished }
}

export const daemonset = defineKind({
  resource: {
    name: 'daemonsets',
    group: 'apps',
    kind: 'DaemonSet',
    without: 'questions about DaemonSets and selectors are answered with 503',
  },
  names: ['daemonsets', 'ds'],
  needs: ['controllerrevisions', 'pods'],
  gather,
  membership,
  judge: judgeDaemonSet,
  isCurrent: ({ uid }, hash, view) => isNewestRevision(uid, hash, view),
  release,
  templatePath: ['spec', 'template'],
})
