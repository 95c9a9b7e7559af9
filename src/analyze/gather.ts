import type { WorkloadObjects } from '../classify/workloads/index.ts'
import type { Pod } from '../model/pod.ts'
import type { ResourceName } from '../model/view.ts'
import type { DaemonSet, Deployment, Job, ReplicaSet, Rollout, StatefulSet } from '../model/workloads.ts'
import type { Kind } from './question.ts'
import type { Reader } from './reader.ts'
import {
  currentReplicaSet,
  currentRolloutSet,
  isSuperseded,
  newestRevision,
  revisionHash,
} from './revisions.ts'

/** The objects that a verdict on one object of a kind depends on; undefined when there is no such object. */
export function gatherByName(kind: Kind, name: string, reader: Reader): WorkloadObjects | undefined {
  const { freshness, namespace, view } = reader
  const find = GATHERERS[kind]
  freshness.need(...find.needs)
  return find.byName(reader, view.objects, namespace, name)
}

/** The resources that a verdict on an object of a kind can't do without. */
export function needsOf(kind: Kind): readonly ResourceName[] {
  return GATHERERS[kind].needs
}

/**
 * All resources that an answer about an object of a kind is made from: what it can't do without, what may own the object
 * (the annotations of the outermost owner count for it, see owners.ts), and events, which explain more.
 */
export function resourcesToWatch(kind: Kind): readonly ResourceName[] {
  return [...GATHERERS[kind].needs, ...(OWNERS[kind] ?? []), 'events']
}

/** What may own an object of a kind, up to the outermost. Other kinds are owned by nothing that is watched. */
const OWNERS: Readonly<Partial<Record<Kind, readonly ResourceName[]>>> = {
  replicaset: ['deployments', 'rollouts'],
  pod: ['replicasets', 'deployments', 'rollouts', 'statefulsets', 'daemonsets', 'jobs'],
}

type Objects = Reader['view']['objects']

interface Gatherer {
  readonly needs: readonly ResourceName[]
  readonly byName: (
    reader: Reader,
    objects: Objects,
    namespace: string,
    name: string,
  ) => WorkloadObjects | undefined
}

const GATHERERS: Readonly<Record<Kind, Gatherer>> = {
  deployment: {
    needs: ['deployments', 'replicasets', 'pods'],
    byName: (reader, objects, ...name) =>
      maybe(objects.deployments.get(...name), (one) => ofDeployment(one, reader)),
  },
  statefulset: {
    needs: ['statefulsets', 'controllerrevisions', 'pods'],
    byName: (reader, objects, ...name) =>
      maybe(objects.statefulsets.get(...name), (one) => ofStatefulSet(one, reader)),
  },
  daemonset: {
    needs: ['daemonsets', 'controllerrevisions', 'pods'],
    byName: (reader, objects, ...name) =>
      maybe(objects.daemonsets.get(...name), (one) => ofDaemonSet(one, reader)),
  },
  replicaset: {
    needs: ['replicasets', 'pods'],
    byName: (reader, objects, ...name) =>
      maybe(objects.replicasets.get(...name), (one) => ofReplicaSet(one, reader)),
  },
  job: {
    needs: ['jobs', 'pods'],
    byName: (reader, objects, ...name) => maybe(objects.jobs.get(...name), (one) => ofJob(one, reader)),
  },
  pod: {
    needs: ['pods'],
    byName: (reader, objects, ...name) => maybe(objects.pods.get(...name), (one) => ofPod(one, reader)),
  },
  rollout: {
    needs: ['rollouts', 'replicasets', 'pods'],
    byName: (reader, objects, ...name) =>
      maybe(objects.rollouts.get(...name), (one) => ofRollout(one, reader)),
  },
}

function maybe<T, U>(value: T | undefined, then: (value: T) => U): U | undefined {
  return value === undefined ? undefined : then(value)
}

export function ofDeployment(deployment: Deployment, reader: Reader): WorkloadObjects {
  const replicaSet = currentReplicaSet(deployment, reader)
  return {
    kind: 'deployment',
    deployment,
    replicaSet,
    pods: replicaSet === null ? [] : reader.podsOf(replicaSet),
  }
}

export function ofStatefulSet(statefulSet: StatefulSet, reader: Reader): WorkloadObjects {
  return {
    kind: 'statefulset',
    statefulSet,
    revisionSince: newestRevision(statefulSet.uid, reader)?.createdAt ?? statefulSet.createdAt,
    pods: reader.podsOf(statefulSet),
    events: reader.eventsAbout(statefulSet),
  }
}

export function ofDaemonSet(daemonSet: DaemonSet, reader: Reader): WorkloadObjects {
  const newest = newestRevision(daemonSet.uid, reader)
  return {
    kind: 'daemonset',
    daemonSet,
    revision: newest === null ? null : revisionHash(newest),
    revisionSince: newest?.createdAt ?? daemonSet.createdAt,
    pods: reader.podsOf(daemonSet),
    events: reader.eventsAbout(daemonSet),
  }
}

/** One revision by itself. */
export function ofReplicaSet(replicaSet: ReplicaSet, reader: Reader): WorkloadObjects {
  const { owner } = replicaSet
  const rollout =
    owner?.kind === 'Rollout' && reader.freshness.needUnlessRefused('rollouts')
      ? reader.view.objects.rollouts.byUid(owner.uid)
      : undefined
  const isCurrent =
    rollout !== undefined && rollout.currentPodHash === replicaSet.labels['rollouts-pod-template-hash']
  return {
    kind: 'replicaset',
    replicaSet,
    pods: reader.podsOf(replicaSet),
    rollout: isCurrent ? rollout : null,
    superseded: isSuperseded(replicaSet, reader),
  }
}

export function ofJob(job: Job, reader: Reader): WorkloadObjects {
  return { kind: 'job', job, pods: reader.podsOf(job), events: reader.eventsAbout(job) }
}

export function ofPod(pod: Pod, reader: Reader): WorkloadObjects {
  return { kind: 'pod', facts: reader.facts(pod) }
}

export function ofRollout(rollout: Rollout, reader: Reader): WorkloadObjects {
  const replicaSet = currentRolloutSet(rollout, reader)
  return { kind: 'rollout', rollout, replicaSet, pods: replicaSet === null ? [] : reader.podsOf(replicaSet) }
}
