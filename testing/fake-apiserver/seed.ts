import type { Json, JsonObject } from './json.ts'
import { secondsToTime } from './wire/special.ts'

/** Pods of one template hash. */
const PODS_PER_HASH = 10
const PODS_PER_NAMESPACE = 500
const NODES = 500
const SETTINGS = 12
const DIGEST = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'
/** Spreads small numbers over ten hexadecimal digits (Knuth's multiplicative hash). */
const HASH_FACTOR = 2_654_435_761n
const HASH_SPACE = 2n ** 40n
/** When the seeded workloads were created: 2026-01-01. */
const CREATED_AT = 1_767_225_600
/** Seconds between the starts of two template hashes. */
const HASH_STEP_SECONDS = 37

/** Names of the pods, ReplicaSet and Deployment that the pod with this number belongs to. */
export interface SeedNames {
  readonly namespace: string
  readonly app: string
  readonly hash: string
  readonly pod: string
}

/** Where the pod with a number (from 0) is found. */
export function seedNames(index: number): SeedNames {
  const group = Math.floor(index / PODS_PER_HASH)
  const namespace = `ns-${Math.floor(index / PODS_PER_NAMESPACE)}`
  const app = `app-${group}`
  const hash = ((BigInt(group) * HASH_FACTOR) % HASH_SPACE).toString(16).padStart(10, '0')
  return { namespace, app, hash, pod: `${app}-${hash}-${index.toString(16).padStart(5, '0')}` }
}

/** Healthy pods of about 5.6 KB of JSON each: ten of a template hash, 500 in a namespace, two containers. */
export function* seedPods(count: number): Generator<JsonObject> {
  for (let index = 0; index < count; index++) yield seedPod(index)
}

/** The ReplicaSets of this number of seeded pods. */
export function* seedReplicaSets(pods: number): Generator<JsonObject> {
  for (let index = 0; index < pods; index += PODS_PER_HASH) yield seedReplicaSet(index, pods)
}

/** The Deployments of this number of seeded pods. */
export function* seedDeployments(pods: number): Generator<JsonObject> {
  for (let index = 0; index < pods; index += PODS_PER_HASH) yield seedDeployment(index, pods)
}

/** Each pod starts in a second of its own, so that nobody's cache gains more by sharing than it would in a cluster. */
function startTime(index: number): number {
  return CREATED_AT + groupIndex(index) * HASH_STEP_SECONDS + (index % PODS_PER_HASH)
}

function seedPod(index: number): JsonObject {
  const names = seedNames(index)
  const time = secondsToTime(startTime(index))
  const condition = (type: string) => ({
    type,
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: time,
  })
  return {
    metadata: {
      name: names.pod,
      generateName: `${names.app}-${names.hash}-`,
      namespace: names.namespace,
      uid: makeUid('0', index),
      generation: 1,
      creationTimestamp: time,
      labels: podLabels(names),
      annotations: { 'prometheus.io/scrape': 'true', 'checksum/config': DIGEST },
      ownerReferences: [owner('ReplicaSet', `${names.app}-${names.hash}`, makeUid('1', groupIndex(index)))],
      managedFields: [
        managed('kube-controller-manager', OWNED_SPEC, ''),
        managed('kubelet', OWNED_STATUS, 'status'),
      ],
    },
    spec: { ...podSpec(names.app), nodeName: `node-${index % NODES}` },
    status: {
      observedGeneration: 1,
      phase: 'Running',
      conditions: [
        'PodReadyToStartContainers',
        'Initialized',
        'Ready',
        'ContainersReady',
        'PodScheduled',
      ].map(condition),
      hostIP: '10.0.0.1',
      hostIPs: [{ ip: '10.0.0.1' }],
      podIP: '10.1.2.3',
      podIPs: [{ ip: '10.1.2.3' }],
      startTime: time,
      containerStatuses: [
        running('app', 'registry.example/shop/app', '1.2.3', index, index % 3),
        running('proxy', 'registry.example/mesh/proxy', '1.20', index, 0),
      ],
      qosClass: 'Burstable',
    },
  }
}

function seedReplicaSet(index: number, pods: number): JsonObject {
  const names = seedNames(index)
  const replicas = Math.min(PODS_PER_HASH, pods - index)
  const counts = {
    replicas,
    fullyLabeledReplicas: replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
  }
  return {
    metadata: {
      ...workloadMeta(names, '1', groupIndex(index)),
      name: `${names.app}-${names.hash}`,
      labels: podLabels(names),
      ownerReferences: [owner('Deployment', names.app, makeUid('2', groupIndex(index)))],
    },
    spec: { replicas, selector: { matchLabels: podLabels(names) }, template: template(names) },
    status: { ...counts, observedGeneration: 1 },
  }
}

function seedDeployment(index: number, pods: number): JsonObject {
  const names = seedNames(index)
  const replicas = Math.min(PODS_PER_HASH, pods - index)
  const time = secondsToTime(CREATED_AT)
  const condition = (type: string, reason: string, message: string) => ({
    ...{ type, status: 'True', reason, message },
    ...{ lastUpdateTime: time, lastTransitionTime: time },
  })
  const done = `ReplicaSet "${names.app}-${names.hash}" has successfully progressed.`
  const counts = { replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas }
  return {
    metadata: { ...workloadMeta(names, '2', groupIndex(index)), name: names.app },
    spec: {
      replicas,
      selector: { matchLabels: { 'app.kubernetes.io/name': names.app } },
      template: template(names),
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
      progressDeadlineSeconds: 600,
    },
    status: {
      ...counts,
      observedGeneration: 1,
      conditions: [
        condition('Available', 'MinimumReplicasAvailable', 'Deployment has minimum availability.'),
        condition('Progressing', 'NewReplicaSetAvailable', done),
      ],
    },
  }
}

function groupIndex(index: number): number {
  return Math.floor(index / PODS_PER_HASH)
}

/** A UID that tells kind and number. */
function makeUid(kind: string, index: number): string {
  return `00000000-0000-4000-800${kind}-${index.toString(16).padStart(12, '0')}`
}

function workloadMeta(names: SeedNames, kind: string, group: number): JsonObject {
  return {
    namespace: names.namespace,
    uid: makeUid(kind, group),
    generation: 1,
    creationTimestamp: secondsToTime(CREATED_AT),
    annotations: { 'deployment.kubernetes.io/revision': '1' },
  }
}

function podLabels({ app, hash }: SeedNames): JsonObject {
  const hashes = { 'pod-template-hash': hash, 'rollouts-pod-template-hash': hash }
  return { 'app.kubernetes.io/name': app, 'app.kubernetes.io/part-of': 'shop', ...hashes }
}

function template(names: SeedNames): JsonObject {
  return { metadata: { labels: podLabels(names) }, spec: podSpec(names.app) }
}

function owner(kind: string, name: string, uid: string): JsonObject {
  return { apiVersion: 'apps/v1', kind, name, uid, controller: true, blockOwnerDeletion: true }
}

function podSpec(app: string): JsonObject {
  const env = Array.from({ length: SETTINGS }, (_, i) => ({
    name: `SOME_SETTING_${i}`,
    value: `value-of-setting-${i}-for-${app}`,
  }))
  const common = { terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' }
  const probe = { httpGet: { path: '/healthz', port: 8080, scheme: 'HTTP' }, periodSeconds: 5 }
  const limits = { timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 }
  return {
    containers: [
      {
        ...{
          name: 'app',
          image: 'registry.example/shop/app:1.2.3',
          env,
          ...common,
          imagePullPolicy: 'IfNotPresent',
        },
        resources: { requests: { cpu: '100m', memory: '128Mi' } },
        readinessProbe: { ...probe, ...limits },
      },
      {
        ...{
          name: 'proxy',
          image: 'registry.example/mesh/proxy:1.20',
          env: env.slice(0, SETTINGS / 2),
          ...common,
        },
        imagePullPolicy: 'IfNotPresent',
        resources: {},
      },
    ],
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
    tolerations: ['not-ready', 'unreachable'].map((what) => ({
      key: `node.kubernetes.io/${what}`,
      ...{ operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
    })),
    priority: 0,
    enableServiceLinks: true,
    preemptionPolicy: 'PreemptLowerPriority',
  }
}

function running(name: string, image: string, tag: string, index: number, restarts: number): JsonObject {
  return {
    name,
    state: { running: { startedAt: secondsToTime(startTime(index)) } },
    lastState: {},
    ready: true,
    restartCount: restarts,
    image: `${image}:${tag}`,
    imageID: `${image}@sha256:${DIGEST}`,
    containerID: `containerd://${index.toString(16).padStart(64, '0')}`,
    started: true,
  }
}

function managed(manager: string, fieldsV1: JsonObject, subresource: string): JsonObject {
  const time = secondsToTime(CREATED_AT)
  return {
    manager,
    operation: 'Update',
    apiVersion: 'v1',
    time,
    fieldsType: 'FieldsV1',
    fieldsV1,
    subresource,
  }
}

/** Names of fields as managedFields has them. */
function owned(...names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name): [string, Json] => [`f:${name}`, {}]))
}

const OWNED_CONTAINER = {
  '.': {},
  ...owned(
    'env',
    'image',
    'imagePullPolicy',
    'name',
    'resources',
    'terminationMessagePath',
    'terminationMessagePolicy',
  ),
}
const OWNED_SPEC: JsonObject = {
  'f:metadata': { 'f:annotations': owned('checksum/config'), 'f:labels': owned('pod-template-hash') },
  'f:spec': {
    'f:containers': { 'k:{"name":"app"}': OWNED_CONTAINER, 'k:{"name":"proxy"}': OWNED_CONTAINER },
    ...owned('dnsPolicy', 'nodeName', 'restartPolicy', 'schedulerName', 'terminationGracePeriodSeconds'),
  },
}
const OWNED_STATUS: JsonObject = {
  'f:status': {
    'f:conditions': {
      'k:{"type":"Ready"}': owned('lastProbeTime', 'lastTransitionTime', 'status', 'type'),
    },
    ...owned('containerStatuses', 'hostIP', 'phase', 'podIP', 'startTime'),
  },
}
