import type { JsonObject } from '../testing/fake-apiserver/json.ts'
import { seedDeployments, seedNames, seedPods, seedReplicaSets } from '../testing/fake-apiserver/seed.ts'
import type { Writers } from './real-cluster.ts'

const PODS_PER_HASH = 10
const PODS_PER_NODE = 30
/** Of the pods, those that an event of the last hour is about. */
const EVENT_SHARE = 0.4
/** Images that a node says it has: the kubelet reports 50 at most, and they are most of a Node's bytes. */
const IMAGES_PER_NODE = 50
const TIME = '2026-01-01T00:00:00Z'

/** A collection of the cluster, and where it is written. */
interface Batch {
  readonly resource: string
  readonly objects: Iterable<JsonObject>
  readonly path: (namespace: string) => string
}

/** All that a cluster with this number of pods has: ten pods a Deployment, two ReplicaSets each, 30 pods a node. */
export function clusterOf(pods: number): readonly Batch[] {
  const namespaces = new Set(Array.from({ length: pods }, (_, index) => seedNames(index).namespace))
  const apps = (resource: string) => (namespace: string) =>
    `/apis/apps/v1/namespaces/${namespace}/${resource}`
  const core = (resource: string) => (namespace: string) => `/api/v1/namespaces/${namespace}/${resource}`
  return [
    {
      resource: 'namespaces',
      objects: [...namespaces].map((name) => ({ metadata: { name } })),
      path: () => '/api/v1/namespaces',
    },
    { resource: 'nodes', objects: seedNodes(pods), path: () => '/api/v1/nodes' },
    { resource: 'deployments', objects: seedDeployments(pods), path: apps('deployments') },
    { resource: 'replicasets', objects: seedReplicaSets(pods), path: apps('replicasets') },
    { resource: 'replicasets', objects: seedOldReplicaSets(pods), path: apps('replicasets') },
    { resource: 'pods', objects: seedPods(pods), path: core('pods') },
    { resource: 'events', objects: seedEvents(pods), path: core('events') },
  ]
}

/** Writes it all; what is there already stays. */
export async function seedCluster(writers: Writers, pods: number): Promise<void> {
  for (const { resource, objects, path } of clusterOf(pods)) await writers.seed(objects, path, resource)
}

/** What a Deployment keeps of its last revision. */
function* seedOldReplicaSets(pods: number): Generator<JsonObject> {
  for (const current of seedReplicaSets(pods)) {
    const { metadata, spec } = Object(current)
    const { uid } = metadata
    const old = { ...metadata, name: `${metadata.name}-old`, uid: `${uid.slice(0, 9)}1${uid.slice(10)}` }
    yield { metadata: old, spec: { ...spec, replicas: 0 }, status: { replicas: 0, observedGeneration: 1 } }
  }
}

function* seedNodes(pods: number): Generator<JsonObject> {
  for (let index = 0; index < pods / PODS_PER_NODE; index += 1) yield seedNode(index)
}

function seedNode(index: number): JsonObject {
  const condition = (type: string, status: string) => ({
    type,
    status,
    reason: `Kubelet${type}`,
    message: 'as reported by the kubelet',
    lastHeartbeatTime: TIME,
    lastTransitionTime: TIME,
  })
  return {
    metadata: {
      name: `node-${index}`,
      uid: `00000000-0000-4000-8005-${index.toString(16).padStart(12, '0')}`,
      creationTimestamp: TIME,
      labels: { 'kubernetes.io/hostname': `node-${index}`, 'kubernetes.io/os': 'linux' },
    },
    spec: { podCIDR: '10.1.0.0/24', providerID: `cloud:///zone-a/${index}` },
    status: {
      capacity: { cpu: '16', memory: '64Gi', pods: '110' },
      allocatable: { cpu: '15', memory: '60Gi', pods: '110' },
      conditions: [
        condition('MemoryPressure', 'False'),
        condition('DiskPressure', 'False'),
        condition('PIDPressure', 'False'),
        condition('Ready', 'True'),
      ],
      addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
      nodeInfo: {
        machineID: 'm',
        systemUUID: 's',
        bootID: `boot-${index}`,
        kernelVersion: '6.12',
        osImage: 'Linux',
        containerRuntimeVersion: 'containerd://2.1.0',
        kubeletVersion: 'v1.37.2',
        kubeProxyVersion: '',
        operatingSystem: 'linux',
        architecture: 'amd64',
      },
      images: Array.from({ length: IMAGES_PER_NODE }, (_, image) => ({
        names: [`registry.example/shop/image-${image}:1.${index % 7}`],
        sizeBytes: 100_000_000 + image,
      })),
    },
  }
}

function* seedEvents(pods: number): Generator<JsonObject> {
  for (let index = 0; index < pods * EVENT_SHARE; index += 1) {
    const { namespace, pod } = seedNames(index * Math.floor(1 / EVENT_SHARE))
    yield {
      metadata: {
        name: `${pod}.${index.toString(16).padStart(16, '0')}`,
        namespace,
        uid: `00000000-0000-4000-8006-${index.toString(16).padStart(12, '0')}`,
        creationTimestamp: TIME,
      },
      involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name: pod },
      reason: 'Unhealthy',
      message: `Readiness probe failed: Get "http://10.1.2.${index % 250}:8080/healthz": context deadline exceeded`,
      source: { component: 'kubelet', host: `node-${index % PODS_PER_NODE}` },
      firstTimestamp: TIME,
      lastTimestamp: TIME,
      count: 1 + (index % PODS_PER_HASH),
      type: 'Warning',
    }
  }
}
