import { REVISION_HASH_LABEL } from '../model/hash-labels.ts'
import type { RefusedPods } from '../model/history.ts'
import type { Seconds } from '../model/meta.ts'
import type { StatefulSet } from '../model/records.ts'
import type { Attainment } from '../model/view.ts'
import type { PodFacts } from '../rules/container-facts.ts'
import type { Context } from '../rules/context.ts'
import { createForbiddenByEvent, oldPodsStayByEvent } from '../rules/create.ts'
import { scaledToZero } from '../rules/deadline.ts'
import type { Finding } from '../rules/finding.ts'
import { isCounted } from '../rules/pod.ts'
import { podFindings } from '../rules/pod-findings.ts'
import { NOTHING_KNOWN, type RefusalFacts } from '../rules/quota.ts'
import { blockedUpdate, onDelete } from '../rules/revision.ts'
import { type RuleMatch, weigh } from '../rules/rule-match.ts'
import { type Assessment, assess, lacking, newestPodAt, terminating, unobserved } from './assessment.ts'
import { defineKind, type MembershipInput, type ReleaseState } from './descriptor.ts'
import type { NamespaceView } from './namespace-view.ts'
import { findNewestRevision, isNewestRevision } from './revisions.ts'

/** A StatefulSet with all of its pods, and when its newest revision was made. */
export interface StatefulSetObjects {
  readonly statefulSet: StatefulSet
  readonly revisionSince: Seconds
  readonly pods: readonly PodFacts[]
  /** Refused pods of the newest revision that were deleted; absent: none. */
  readonly refusals?: readonly RefusedPods[]
  /** What is known of a refusal; absent: nothing. */
  readonly refusal?: RefusalFacts
  /** How far its newest revision ever got. Absent: unseen. */
  readonly attainment?: Attainment
}

export function judgeStatefulSet(objects: StatefulSetObjects, context: Context): Assessment {
  const { statefulSet, pods, revisionSince, refusal = NOTHING_KNOWN } = objects
  const { name, generation, replicas, updateRevision } = statefulSet
  const subject = { kind: 'StatefulSet', name, generation, desired: replicas }
  if (statefulSet.observedGeneration < generation) return unobserved(subject, context)
  const isUpdated = ({ pod }: PodFacts): boolean => pod.labels[REVISION_HASH_LABEL] === updateRevision
  const updated = pods.filter(isUpdated)
  const old = pods.filter((facts) => !isUpdated(facts) && isCounted(facts.pod))
  const judged = statefulSet.partition > 0 ? pods : updated
  const absent = replicas - pods.filter(({ pod }) => isCounted(pod)).length
  return assess(
    {
      ...subject,
      // With a partition the pods below it belong to the wanted state too, so all are looked at for readiness.
      pods: judged,
      refusals: objects.refusals ?? [],
      revision: updateRevision === '' ? null : updateRevision,
      matches: [
        unsupported(statefulSet, old.length),
        createForbiddenByEvent(refusal, newestPodAt(pods), absent, context.now),
        oldPodsStayByEvent(refusal, newestPodAt(updated), old.length + Math.max(0, -absent), context.now),
        replicas === 0 && objects.attainment === 'tried' ? scaledToZero() : null,
      ],
      others: blocked(objects, old, updated, context),
      missing: missing(statefulSet),
      oldPods: () => pods,
      // Ordinals are updated one by one: a single pod that does not come up stops the update.
      tolerated: 0,
      progress: {
        since: revisionSince,
        minReadySeconds: statefulSet.minReadySeconds,
        expectedPods: statefulSet.partition > 0 ? replicas : statefulSet.updatedReplicas,
        wasComplete: statefulSet.currentRevision === updateRevision && old.length === 0,
      },
    },
    context,
  )
}

function unsupported(
  { strategy, updateRevision, currentRevision }: StatefulSet,
  old: number,
): RuleMatch | null {
  return strategy === 'OnDelete' && old > 0 && updateRevision !== currentRevision ? onDelete(old) : null
}

/** As `kubectl rollout status` waits, in the same order; a partition above the size leaves nothing to update. */
function missing(set: StatefulSet): string | null {
  const { replicas, partition, updatedReplicas, readyReplicas, availableReplicas, currentReplicas } = set
  if (replicas === 0) return terminating(currentReplicas)
  const isUpdating =
    partition === 0 && set.updateRevision !== set.currentRevision && set.strategy !== 'OnDelete'
  return (
    lacking(readyReplicas, replicas, 'ready') ??
    lacking(updatedReplicas, replicas - partition, 'updated') ??
    (isUpdating ? 'waits for its controller to finish the update' : null) ??
    lacking(availableReplicas, replicas, 'available')
  )
}

/**
 * With OrderedReady the controller waits for a broken pod of the old revision to become ready before it replaces any, so
 * the fix never arrives (kubernetes/kubernetes#67250; as of 1.37, whatever maxUnavailable is). Recreate
 * deletes all old pods first, broken or not.
 */
function blocked(
  { statefulSet, revisionSince }: StatefulSetObjects,
  old: readonly PodFacts[],
  updated: readonly PodFacts[],
  context: Context,
): Finding[] {
  const { updateRevision, currentRevision, podManagementPolicy, strategy } = statefulSet
  if (updateRevision === currentRevision || podManagementPolicy === 'Parallel') return []
  if (strategy === 'OnDelete' || strategy === 'Recreate') return []
  const present = updated.filter(({ pod }) => isCounted(pod))
  if (present.length < statefulSet.updatedReplicas || present.some(({ pod }) => !pod.ready)) return []
  return old
    .filter(({ pod }) => !pod.ready)
    .toSorted((left, right) => (left.pod.name < right.pod.name ? -1 : 1))
    .flatMap((facts) => podFindings(facts, context))
    .filter((one) => one.class === 'threshold' || one.class === 'fatal')
    .slice(0, 1)
    .map((cause) => {
      const subject = { subject: cause.subject, podUid: null, container: cause.container, who: cause.who }
      return weigh(blockedUpdate(cause, revisionSince), subject, context)
    })
}

/** What a StatefulSet's verdict depends on. */
export function gatherStatefulSet(statefulSet: StatefulSet, view: NamespaceView): StatefulSetObjects {
  return {
    statefulSet,
    revisionSince: findNewestRevision(statefulSet.uid, view)?.createdAt ?? statefulSet.createdAt,
    pods: view.listPods(statefulSet),
    refusals: view.listRefusals(statefulSet, statefulSet.updateRevision),
    refusal: view.gatherRefusal(statefulSet, null),
    attainment: view.cluster.past.attainment(statefulSet.uid),
  }
}

function membership({ statefulSet, pods }: StatefulSetObjects): MembershipInput {
  const { updateRevision: revision, replicas } = statefulSet
  return {
    pods: pods.filter(({ pod }) => pod.labels[REVISION_HASH_LABEL] === revision),
    hash: revision,
    desired: replicas,
    revision,
  }
}

function release(set: StatefulSet): ReleaseState {
  const { updateRevision, currentRevision, observedGeneration, generation, readyReplicas, replicas } = set
  const finished = updateRevision === currentRevision && observedGeneration === generation
  return { generation, id: updateRevision, complete: finished && readyReplicas === replicas, finished }
}

/** Its status names the newest revision a moment after the revision is there. */
function isCurrent({ uid, updateRevision }: StatefulSet, hash: string, view: NamespaceView): boolean {
  return updateRevision === hash || isNewestRevision(uid, hash, view)
}

export const statefulset = defineKind({
  resource: {
    name: 'statefulsets',
    group: 'apps',
    kind: 'StatefulSet',
    without: 'questions about StatefulSets and selectors are answered with 503',
  },
  names: ['statefulsets', 'sts'],
  needs: ['controllerrevisions', 'pods'],
  gather: gatherStatefulSet,
  membership,
  judge: judgeStatefulSet,
  isCurrent,
  release,
  templatePath: ['spec', 'template'],
})
