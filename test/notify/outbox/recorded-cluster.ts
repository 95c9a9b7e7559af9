import type { EmbeddedCluster, JsonObject } from '../../../testing/fake-apiserver/index.ts'

/** When the recorded notifier first started, seconds since the epoch. */
export const RECORDED_AT = 1_790_000_000
export const NAMESPACE = 'prod'

/** A target that had answered 410 before the recording: the outbox knows the fingerprint of this URL. */
export const CLOSED_URL = 'http://127.0.0.1:18410/closed'
/** Which objects the recorded notifier reported. */
export const APPS = { namespaces: [NAMESPACE], selector: 'tier!=test' }

const OWNER = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'set-web', controller: true }

function isoTime(offset: number): string {
  return new Date((RECORDED_AT + offset) * 1000).toISOString().replace('.000Z', 'Z')
}

function createPod(cluster: EmbeddedCluster, name: string, phase: string, container: JsonObject): void {
  cluster.create('pods', {
    metadata: { namespace: NAMESPACE, name, uid: `pod-${name}`, ownerReferences: [OWNER] },
    spec: { containers: [{ name: 'app', image: 'web:1' }], restartPolicy: 'Always', nodeName: 'node-1' },
    status: { phase, containerStatuses: [{ name: 'app', image: 'web:1', imageID: '', ...container }] },
  })
}

function terminated(offset: number): JsonObject {
  const times = { startedAt: isoTime(offset - 60), finishedAt: isoTime(offset) }
  return { terminated: { exitCode: 1, reason: 'Error', containerID: `c://${offset}`, ...times } }
}

function createDeployment(cluster: EmbeddedCluster, name: string, hasFailed: boolean): void {
  const reason = hasFailed ? 'ProgressDeadlineExceeded' : 'NewReplicaSetAvailable'
  const counts = { replicas: 1, readyReplicas: 1, availableReplicas: 1, updatedReplicas: hasFailed ? 0 : 1 }
  const condition = { type: 'Progressing', status: hasFailed ? 'False' : 'True', reason }
  const containers = [{ name: 'app', image: `${name}:1` }]
  cluster.create('deployments', {
    metadata: {
      ...{ namespace: NAMESPACE, name, uid: `deployment-${name}`, labels: { 'akkeris.io/app-name': name } },
      annotations: { 'deployment.kubernetes.io/revision': '1' },
    },
    spec: {
      replicas: 1,
      selector: { matchLabels: { name } },
      template: { metadata: { labels: { name } }, spec: { containers } },
    },
    status: {
      ...counts,
      observedGeneration: 1,
      conditions: [{ ...condition, lastUpdateTime: isoTime(1) }],
    },
  })
}

/** Objects that existed when the recorded notifier first started; ids of events depend on the UID of kube-system. */
export function createBaseline(cluster: EmbeddedCluster): void {
  cluster.delete('namespaces', '', 'kube-system')
  cluster.create('namespaces', { metadata: { name: 'kube-system', uid: 'recorded-cluster' } })
  createDeployment(cluster, 'old', false)
  createPod(cluster, 'web-1-recovered', 'Running', {
    ...{ ready: true, started: true, restartCount: 1 },
    state: { running: { startedAt: isoTime(-4000) } },
    lastState: terminated(-5000),
  })
}

/** What happened afterwards, in its order; each step was recorded before the next. */
export const STEPS: Readonly<Record<string, (cluster: EmbeddedCluster) => void>> = {
  crash: (cluster) =>
    createPod(cluster, 'web-1-looping', 'Running', {
      ...{ ready: false, started: false, restartCount: 0 },
      state: terminated(1),
    }),
  secondCrash: (cluster) =>
    cluster.patch('pods', NAMESPACE, 'web-1-looping', {
      status: {
        containerStatuses: [
          {
            ...{ name: 'app', image: 'web:1', imageID: '', ready: false, started: false, restartCount: 1 },
            state: { waiting: { reason: 'CrashLoopBackOff', message: '' } },
            lastState: terminated(2),
          },
        ],
      },
    }),
  missingImage: (cluster) =>
    createPod(cluster, 'web-1-missing-image', 'Pending', {
      ...{ ready: false, started: false, restartCount: 0 },
      state: { waiting: { reason: 'ErrImagePull', message: 'manifest unknown' } },
    }),
  failedRelease: (cluster) => createDeployment(cluster, 'api', true),
  release: (cluster) => createDeployment(cluster, 'web', false),
  queuedCrash: (cluster) =>
    createPod(cluster, 'web-1-queued', 'Running', {
      ...{ ready: false, started: false, restartCount: 0 },
      state: terminated(3),
    }),
}
