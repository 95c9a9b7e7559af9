import { customResourceName } from '../../src/model/records.ts'
import {
  CLONE_SET,
  type Holding,
  LATELY,
  type Manifest,
  metadata,
  NODE_SET,
  ownedBy,
  POD_SET,
  type PodShape,
  pod,
  REVISION,
} from './custom-cluster.ts'

export const HASH = 'd4d4fb5bd'
export const BY_CLONE_SET = ownedBy('apps.kruise.io/v1alpha1', 'CloneSet', 'web')
export const BY_REPLICA_SET = ownedBy('apps/v1', 'ReplicaSet', 'web-rs')

/** A CloneSet whose update to its present template has come as far as its status says. */
export function cloneSet(
  status: Manifest,
  { changedAt = LATELY, ...spec }: Manifest & { changedAt?: string } = {},
): Holding {
  const counts = { replicas: 2, readyReplicas: 2, availableReplicas: 2, updatedReplicas: 2 }
  const revisions = { updateRevision: `web-${HASH}`, observedGeneration: 2 }
  return [
    customResourceName(CLONE_SET),
    {
      metadata: metadata('web', changedAt),
      spec: { replicas: 2, ...spec },
      status: { ...counts, ...revisions, ...status },
    },
  ]
}

/** A pod of a CloneSet's newest revision. */
export function clone(name: string, state: PodShape['state'], revision = `web-${HASH}`): Holding {
  return ['pods', pod({ name, state, revision, owner: BY_CLONE_SET })]
}

export const TWO_READY = [clone('a', 'ready'), clone('b', 'ready')] as const

/** A Knative Revision with these conditions, and what stands between it and its pod. */
export function knative(conditions: unknown, state: PodShape['state']): Holding[] {
  return [
    [
      customResourceName(REVISION),
      { metadata: metadata('web', LATELY), spec: {}, status: { observedGeneration: 2, conditions } },
    ],
    [
      'deployments',
      {
        metadata: metadata('web-deployment', LATELY, ownedBy('serving.knative.dev/v1', 'Revision', 'web')),
        spec: { replicas: 1 },
      },
    ],
    [
      'replicasets',
      { metadata: metadata('web-rs', LATELY, ownedBy('apps/v1', 'Deployment', 'web-deployment')) },
    ],
    ['pods', pod({ name: 'a', state, owner: BY_REPLICA_SET })],
  ]
}

/** A StrimziPodSet of pods in these states. */
export function podSet(status: Manifest, states: readonly PodShape['state'][]): Holding[] {
  const owner = ownedBy('core.strimzi.io/v1beta2', 'StrimziPodSet', 'web')
  return [
    [
      customResourceName(POD_SET),
      {
        metadata: metadata('web', LATELY),
        spec: { pods: states.map((_, index) => ({ metadata: { name: `web-${index}` } })) },
        status: { observedGeneration: 2, pods: states.length, ...status },
      },
    ],
    ...states.map((state, index): Holding => ['pods', pod({ name: `web-${index}`, state, owner })]),
  ]
}

/** A Revision with any status, and no pods. */
export function bare(status: unknown, more: Manifest = {}, generation = 2): Holding[] {
  return [
    [
      customResourceName(REVISION),
      { metadata: metadata('web', '2026-01-05T11:50:01Z', { generation }), status, ...more },
    ],
  ]
}

/** A condition since lately. */
export const condition = (type: string, status: unknown, more: Manifest = {}): Manifest => ({
  type,
  status,
  lastTransitionTime: LATELY,
  ...more,
})
/** ... that all is well. */
export const READY = condition('Ready', 'True')

/** A set with a pod of its newest revision on each of two nodes, which counts as DaemonSets do. */
export function nodeSet(status: Manifest, states: readonly PodShape['state'][]): Holding[] {
  const owner = ownedBy('apps.kruise.io/v1alpha1', 'DaemonSet', 'web')
  const counts = {
    observedGeneration: 2,
    desiredNumberScheduled: 2,
    currentNumberScheduled: 2,
    updatedNumberScheduled: 2,
    numberReady: 2,
    numberAvailable: 2,
    daemonSetHash: HASH,
  }
  return [
    [
      customResourceName(NODE_SET),
      { metadata: metadata('web', LATELY), spec: {}, status: { ...counts, ...status } },
    ],
    ...states.map(
      (state, index): Holding => ['pods', pod({ name: `web-${index}`, state, owner, revision: HASH })],
    ),
  ]
}
