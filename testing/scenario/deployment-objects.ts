import type { JsonObject } from '../fake-apiserver/json.ts'
import { secondsToTime } from '../fake-apiserver/wire/special.ts'

/** A Deployment as its owner wrote it. */
export interface AppSpec {
  readonly namespace: string
  readonly name: string
  readonly replicas: number
}

/** Pods of a revision, counted. */
export interface Counts {
  readonly pods: number
  readonly ready: number
}

export function makeTemplate(app: AppSpec, image: string, labels: JsonObject = {}): JsonObject {
  return {
    metadata: { labels: { app: app.name, ...labels } },
    spec: {
      containers: [
        {
          name: 'app',
          image,
          ports: [{ name: 'http', containerPort: 8080 }],
          resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } },
          readinessProbe: { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 1 },
          imagePullPolicy: 'IfNotPresent',
        },
      ],
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
    },
  }
}

export function deploymentObject(app: AppSpec, image: string): JsonObject {
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } }
  return {
    metadata: { namespace: app.namespace, name: app.name, labels: { app: app.name } },
    spec: {
      replicas: app.replicas,
      selector: { matchLabels: { app: app.name } },
      template: makeTemplate(app, image),
      strategy,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
    },
    status: {},
  }
}

export function replicaSetObject(
  app: AppSpec,
  image: string,
  hash: string,
  revision: number,
  deployment: JsonObject,
): JsonObject {
  const labels = { app: app.name, 'pod-template-hash': hash }
  const annotations = {
    'deployment.kubernetes.io/desired-replicas': String(app.replicas),
    'deployment.kubernetes.io/max-replicas': String(app.replicas + 1),
    'deployment.kubernetes.io/revision': String(revision),
  }
  return {
    metadata: {
      namespace: app.namespace,
      name: `${app.name}-${hash}`,
      labels,
      annotations,
      ownerReferences: [makeOwner('Deployment', app.name, deployment)],
    },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: makeTemplate(app, image, { 'pod-template-hash': hash }),
    },
    status: { replicas: 0 },
  }
}

export function podObject(
  app: AppSpec,
  image: string,
  hash: string,
  name: string,
  replicaSet: JsonObject,
): JsonObject {
  const template = makeTemplate(app, image, { 'pod-template-hash': hash })
  const owner = makeOwner('ReplicaSet', `${app.name}-${hash}`, replicaSet)
  const labels = { app: app.name, 'pod-template-hash': hash }
  const generateName = `${app.name}-${hash}-`
  return {
    metadata: { namespace: app.namespace, name, generateName, labels, ownerReferences: [owner] },
    spec: template.spec,
    status: { phase: 'Pending', qosClass: 'Burstable' },
  }
}

export function replicaSetStatus({ pods, ready }: Counts, generation: number): JsonObject {
  const up = ready > 0 ? { readyReplicas: ready, availableReplicas: ready } : {}
  return { replicas: pods, fullyLabeledReplicas: pods, ...up, observedGeneration: generation }
}

/** Status of a Deployment whose newest ReplicaSet is `current`. */
export function deploymentStatus(
  app: AppSpec,
  generation: number,
  current: Counts & { readonly name: string },
  all: Counts,
  now: number,
): JsonObject {
  const available = all.ready >= app.replicas - Math.floor(app.replicas / 4)
  const complete = current.ready >= app.replicas && all.pods === current.pods
  const at = secondsToTime(Math.floor(now))
  const condition = (type: string, on: boolean, reason: string, message: string) => ({
    ...{ type, status: on ? 'True' : 'False', lastUpdateTime: at, lastTransitionTime: at },
    ...{ reason, message },
  })
  const progress = complete
    ? condition(
        'Progressing',
        true,
        'NewReplicaSetAvailable',
        `ReplicaSet "${current.name}" has successfully progressed.`,
      )
    : condition('Progressing', true, 'ReplicaSetUpdated', `ReplicaSet "${current.name}" is progressing.`)
  const availability = available
    ? condition('Available', true, 'MinimumReplicasAvailable', 'Deployment has minimum availability.')
    : condition(
        'Available',
        false,
        'MinimumReplicasUnavailable',
        'Deployment does not have minimum availability.',
      )
  const unavailable = Math.max(Math.max(app.replicas, all.pods) - all.ready, 0)
  return {
    observedGeneration: generation,
    replicas: all.pods,
    updatedReplicas: current.pods,
    ...(all.ready > 0 ? { readyReplicas: all.ready, availableReplicas: all.ready } : {}),
    ...(unavailable > 0 ? { unavailableReplicas: unavailable } : {}),
    conditions: [availability, progress],
  }
}

function makeOwner(kind: string, name: string, owner: JsonObject): JsonObject {
  const { metadata } = owner
  const uid =
    typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata) ? metadata.uid : ''
  return { apiVersion: 'apps/v1', kind, name, uid, controller: true, blockOwnerDeletion: true }
}
