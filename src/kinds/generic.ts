import { REVISION_HASH_LABEL } from '../model/hash-labels.ts'
import type { Seconds } from '../model/meta.ts'
import { type CustomObject, type CustomResource, customResourceName } from '../model/records.ts'
import { CONDITION_CHECKS, isReady } from '../rules/condition.ts'
import type { PodFacts } from '../rules/container-facts.ts'
import type { Context } from '../rules/context.ts'
import { counts } from '../rules/pod.ts'
import { firstMatch } from '../rules/rule.ts'
import { count } from '../rules/words.ts'
import { type Assessment, assess, unobserved } from './assessment.ts'
import { defineKind, type KindDescriptor, type Membership } from './descriptor.ts'
import type { NamespaceView } from './namespace-view.ts'
import { listPodOwners } from './owned.ts'

/** A custom resource's object with the pods that it owns through any chain of owners that are watched. */
export interface GenericObjects {
  readonly object: CustomObject
  readonly pods: readonly PodFacts[]
  /** UIDs of the object and of everything between it and its pods. */
  readonly owners: readonly string[]
}

/** The resources whose objects may stand between a custom resource and its pods. */
const BETWEEN = ['replicasets', 'deployments', 'statefulsets', 'daemonsets', 'jobs'] as const

/**
 * Judges an object of any custom resource by what all controllers write alike: observedGeneration, the standard conditions
 * (as kstatus reads them, https://github.com/kubernetes-sigs/cli-utils/tree/master/pkg/kstatus), counts of replicas, and
 * by its pods. Where nothing of that says that it is well, it does not pass.
 */
export function judgeGeneric(kind: string, { object, pods }: GenericObjects, context: Context): Assessment {
  const { name, generation, observedGeneration } = object
  const own = pods.filter(({ pod }) => isOfRevision(pod.labels[REVISION_HASH_LABEL], object))
  const present = own.filter(({ pod }) => counts(pod)).length
  const desired = object.replicas ?? present
  const subject = { kind, name, generation, desired }
  if (observedGeneration !== null && observedGeneration < generation) return unobserved(subject, context)
  return assess(
    {
      ...subject,
      revision: object.updateRevision === '' ? null : object.updateRevision,
      pods: own,
      drafts: [firstMatch(CONDITION_CHECKS, object, context)],
      missing: missing(object),
      good: good(object, present),
      tolerated: null,
      progress: {
        since: lastChange(object),
        minReadySeconds: 0,
        deadlineSeconds: context.policy.progressDeadlineSeconds,
        expectedPods: 0,
        wasComplete: false,
      },
    },
    context,
  )
}

/** What its status still waits for; null when it is complete. */
function missing(object: CustomObject): string | null {
  const { replicas, updatedReplicas, readyReplicas, availableReplicas } = object
  if (replicas !== null) {
    const wanted = count(replicas, 'pod')
    if (updatedReplicas !== null && updatedReplicas < replicas)
      return `has ${updatedReplicas} of ${wanted} updated`
    if (readyReplicas !== null && readyReplicas < replicas) return `has ${readyReplicas} of ${wanted} ready`
    if (availableReplicas !== null && availableReplicas < replicas)
      return `has ${availableReplicas} of ${wanted} available`
  }
  if (isReady(object) || (replicas !== null && (readyReplicas ?? availableReplicas) !== null)) return null
  return 'has neither a condition Ready or Available nor a count of ready replicas: nothing shows that it is well'
}

function good(object: CustomObject, present: number): string {
  const ready = isReady(object) ? ['its controller says that it is ready'] : []
  const pods = present > 0 ? [`${count(present, 'pod')} ready`] : []
  return `is complete: ${[...ready, ...pods].join(', ') || 'all of its replicas are ready'}`
}

/** A revision is named in full on some pods, and by its hash alone on others. */
function isOfRevision(label: string | undefined, { updateRevision }: CustomObject): boolean {
  if (label === undefined || updateRevision === '') return true
  return (
    label === updateRevision || updateRevision.endsWith(`-${label}`) || label.endsWith(`-${updateRevision}`)
  )
}

function lastChange({ createdAt, conditions }: CustomObject): Seconds {
  return Math.max(createdAt, ...conditions.map(({ since }) => since))
}

function membership({ object, pods, owners }: GenericObjects): Membership {
  const own = pods.filter(({ pod }) => isOfRevision(pod.labels[REVISION_HASH_LABEL], object))
  return {
    pods: own,
    owners,
    hash: null,
    desired: object.replicas ?? own.length,
    revision: object.updateRevision === '' ? null : object.updateRevision,
    generation: object.generation,
    minReadySeconds: 0,
  }
}

function gather(object: CustomObject, view: NamespaceView): GenericObjects {
  const owners = listPodOwners(object.uid, view.cluster)
  return { object, pods: owners.flatMap((uid) => view.podsOf({ uid })), owners }
}

/** The kind of a custom resource that the settings name. */
export function genericKind(resource: CustomResource): KindDescriptor {
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
    optional: ['events', 'rollouts', 'cronjobs'],
    owners: [],
    selected: 'always',
    dispensable: 'where-absent',
    hasSeries: true,
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
