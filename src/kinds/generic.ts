import { REVISION_HASH_LABEL } from '../model/hash-labels.ts'
import type { Seconds } from '../model/meta.ts'
import {
  type CustomObject,
  type CustomResource,
  customResourceName,
  type ResourceName,
} from '../model/records.ts'
import { CONDITION_CHECKS, readiness } from '../rules/condition.ts'
import type { PodFacts } from '../rules/container-facts.ts'
import type { Context } from '../rules/context.ts'
import { CUSTOM_PAUSED } from '../rules/paused.ts'
import { isCounted, isOver } from '../rules/pod.ts'
import { firstMatch } from '../rules/rule.ts'
import { count } from '../rules/words.ts'
import { type Assessment, assess, lacking, terminating, unobserved } from './assessment.ts'
import { defineKind, type KindDescriptor, type MembershipInput } from './descriptor.ts'
import type { NamespaceView } from './namespace-view.ts'
import { listPodOwners, OWNING_RESOURCES } from './owned.ts'

/** A custom resource's object with the pods that it owns through any chain of owners that are watched. */
interface GenericObjects {
  readonly object: CustomObject
  readonly pods: readonly PodFacts[]
  /** UIDs of the object and of everything between it and its pods. */
  readonly owners: readonly string[]
  /** The controller-revision-hash of its newest pods, in the form that they carry it; null when no label names the revision. */
  readonly hash: string | null
}

/** Resources that may be absent or refused, and whose objects may stand between a custom resource and its pods. */
const MAYBE_BETWEEN: readonly ResourceName[] = ['rollouts', 'cronjobs']
/** The other resources whose objects may do so. */
const BETWEEN = OWNING_RESOURCES.filter((name) => !MAYBE_BETWEEN.includes(name))

/**
 * Judges an object of any custom resource by the fields that all controllers write in the same way: observedGeneration, the standard conditions
 * (as kstatus reads them, https://github.com/kubernetes-sigs/cli-utils/tree/master/pkg/kstatus), counts of replicas, and
 * by its pods. When none of these shows that it is good, it does not pass.
 */
function judgeGeneric(kind: string, objects: GenericObjects, context: Context): Assessment {
  const { object } = objects
  const { name, generation, observedGeneration } = object
  const own = newestPods(objects)
  const desired = wantedPods(object, own)
  const subject = { kind, name, generation, desired }
  if (observedGeneration !== null && observedGeneration < generation) return unobserved(subject, context)
  // A controller that writes no observedGeneration gets a moment to write a status for the newest spec.
  const writtenBy = Math.max(object.createdAt, object.changedAt) + context.policy.settleSeconds
  if (observedGeneration === null && context.now < writtenBy) return unobserved(subject, context, writtenBy)
  return assess(
    {
      ...subject,
      revision: object.updateRevision === '' ? null : object.updateRevision,
      pods: own,
      matches: [firstMatch([CUSTOM_PAUSED], object, context), firstMatch(CONDITION_CHECKS, object, context)],
      missing: missing(object),
      good: good(object, desired),
      progress: {
        since: lastChange(object),
        // Unknown; `true` lets the deadline of a pod that lost its readiness start then, not when it was created.
        wasComplete: true,
      },
    },
    context,
  )
}

/** What its status still waits for; null when it is complete. */
function missing(object: CustomObject): string | null {
  const { replicas, currentReplicas, updatedReplicas, readyReplicas, availableReplicas } = object
  if (replicas !== null) {
    // A count that the controller does not write keeps nothing waiting.
    const lacks =
      lacking(updatedReplicas ?? replicas, podsToUpdate(object) ?? replicas, 'updated') ??
      lacking(readyReplicas ?? replicas, replicas, 'ready') ??
      lacking(availableReplicas ?? replicas, replicas, 'available') ??
      terminating((currentReplicas ?? 0) - replicas)
    if (lacks !== null) return lacks
  }
  const ready = readiness(object)
  if (ready !== null) return ready ? null : 'is not ready'
  if (replicas !== null && (readyReplicas ?? availableReplicas) !== null) return null
  return 'has neither a condition Ready or Available nor a count of ready replicas: nothing shows that it is good'
}

function good(object: CustomObject, present: number): string {
  const ready = readiness(object) === true ? ['its controller says that it is ready'] : []
  const pods = present > 0 ? [`${count(present, 'pod')} ready`] : []
  return `is complete: ${[...ready, ...pods].join(', ') || 'it wants no pods'}`
}

/** Pods that a partition leaves to be updated; null where there is none. */
function podsToUpdate({ replicas, expectedUpdatedReplicas }: CustomObject): number | null {
  if (replicas === null || expectedUpdatedReplicas === null) return null
  return expectedUpdatedReplicas < replicas ? expectedUpdatedReplicas : null
}

/** With a partition the pods of the old revision belong to the wanted state too. */
function newestPods({ object, pods }: GenericObjects): readonly PodFacts[] {
  return podsToUpdate(object) === null ? pods.filter((facts) => isNewest(facts, object)) : pods
}

/** Only pods that it owns directly carry its revision: others carry that of their own controller. */
function isNewest({ pod: { owner, labels } }: PodFacts, { uid, updateRevision }: CustomObject): boolean {
  const label = labels[REVISION_HASH_LABEL]
  return owner?.uid !== uid || label === undefined || updateRevision === '' || isSame(updateRevision, label)
}

/** Without a number of replicas: the pods that exist, except those that succeeded or were replaced. */
function wantedPods({ uid, replicas }: CustomObject, own: readonly PodFacts[]): number {
  const isWanted = ({ pod }: PodFacts): boolean =>
    isCounted(pod) && (!isOver(pod) || (pod.phase === 'Failed' && pod.owner?.uid === uid))
  return replicas ?? own.filter(isWanted).length
}

/** The last sign of progress: the object's creation, its last change, or that of a condition. */
function lastChange({ createdAt, changedAt, conditions }: CustomObject): Seconds {
  return Math.max(createdAt, changedAt, ...conditions.map(({ since }) => since))
}

function membership(objects: GenericObjects): MembershipInput {
  const { object, owners, hash } = objects
  const pods = newestPods(objects)
  return {
    pods,
    owners,
    hash,
    desired: wantedPods(object, pods),
    revision: object.updateRevision === '' ? null : object.updateRevision,
  }
}

/** Throws an UnavailableError when owners cannot be read: pods would be overlooked, with their failures. */
function gather(object: CustomObject, view: NamespaceView): GenericObjects {
  const { cluster, namespace, required } = view
  for (const name of MAYBE_BETWEEN) required.needUnlessRefused(name)
  for (const name of cluster.customResources.map(customResourceName))
    if (cluster.obstacle(name, namespace) !== 'absent') required.need(name)
  const owners = listPodOwners(object.uid, cluster)
  const pods = owners.flatMap((uid) => view.listPods({ uid }))
  const isKnown = owners.length === 1 && object.updateRevision !== '' && podsToUpdate(object) === null
  return { object, pods, owners, hash: isKnown ? revisionLabel(object, pods, view) : null }
}

/** A revision is named in full on some pods, and by its hash alone on others. */
function revisionLabel(
  { uid, updateRevision }: CustomObject,
  pods: readonly PodFacts[],
  view: NamespaceView,
): string {
  const labels = [
    ...pods.map(({ pod }) => pod.labels),
    ...view.cluster.histories.ownedBy(uid).map((one) => one.labels),
  ]
  const found = labels
    .map((one) => one[REVISION_HASH_LABEL])
    .find((label) => label !== undefined && isSame(updateRevision, label))
  return found ?? updateRevision
}

/** The kind of a custom resource that the settings name. */
export function defineGenericKind(resource: CustomResource): KindDescriptor {
  const { group, version, kind, plural } = resource
  return defineKind({
    resource: {
      name: customResourceName(resource),
      plural,
      group,
      version,
      kind,
      encoding: 'json',
      without: '',
    },
    names: [`${plural}.${group}`],
    needs: [...BETWEEN, 'pods'],
    optional: ['events', 'nodes', ...MAYBE_BETWEEN],
    dispensable: 'where-absent',
    gather,
    membership,
    judge: (objects, context) => judgeGeneric(kind, objects, context),
    isCurrent: ({ updateRevision }, hash) => updateRevision !== '' && isSame(updateRevision, hash),
    templatePath: ['spec', 'template'],
  })
}

function isSame(revision: string, hash: string): boolean {
  return revision === hash || revision.endsWith(`-${hash}`) || hash.endsWith(`-${revision}`)
}
