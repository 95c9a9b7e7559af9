import type { JsonObject } from '../fake-apiserver/json.ts'

/** A pod with a bit of everything that has a form of its own in protobuf. */
export function pod(name: string, labels: Record<string, string> = { app: 'contract' }): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels, annotations: { note: 'größer als ASCII ✓' } },
    spec: {
      terminationGracePeriodSeconds: 0,
      activeDeadlineSeconds: 3600,
      automountServiceAccountToken: false,
      securityContext: { runAsUser: 1000, fsGroup: 2000, supplementalGroups: [1, 2] },
      volumes: [
        { name: 'tmp', emptyDir: { sizeLimit: '1Gi' } },
        { name: 'conf', configMap: { name: 'conf', optional: true, defaultMode: 420 } },
      ],
      initContainers: [{ name: 'init', image: 'registry.example/init:1', command: ['true'] }],
      containers: [
        {
          name: 'main',
          image: 'registry.example/main:1',
          env: [
            { name: 'PLAIN', value: 'x' },
            { name: 'EMPTY', value: '' },
            { name: 'FROM', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
            { name: 'KEY', valueFrom: { secretKeyRef: { name: 's', key: 'k', optional: true } } },
          ],
          ports: [{ name: 'http', containerPort: 8080 }],
          resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } },
          livenessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 5 },
          readinessProbe: { tcpSocket: { port: 8080 } },
          volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
        },
      ],
    },
  }
}

/** What a kubelet reports of that pod. */
export function podStatus(phase: string): JsonObject {
  const at = '2026-01-02T03:04:05Z'
  return {
    status: {
      phase,
      podIP: '10.1.2.3',
      podIPs: [{ ip: '10.1.2.3' }],
      startTime: at,
      conditions: [
        {
          type: 'Ready',
          status: 'False',
          reason: 'ContainersNotReady',
          message: 'later',
          lastTransitionTime: at,
        },
      ],
      containerStatuses: [
        {
          name: 'main',
          image: 'registry.example/main:1',
          imageID: '',
          ready: false,
          started: false,
          restartCount: 3,
          state: {
            waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s restarting failed container' },
          },
          lastState: {
            terminated: {
              exitCode: 137,
              reason: 'OOMKilled',
              startedAt: at,
              finishedAt: at,
              containerID: 'containerd://0123',
            },
          },
        },
      ],
    },
  }
}

/** What the CronJob controller reports. */
export const CRON_JOB_STATUS: JsonObject = {
  status: {
    active: [{ apiVersion: 'batch/v1', kind: 'Job', namespace: 'contract', name: 'one-1', uid: '1' }],
    lastScheduleTime: '2026-01-02T03:00:00Z',
    lastSuccessfulTime: '2026-01-01T03:04:05Z',
  },
}

/** One object of every other typed resource, with the path of its collection's group. */
export function workloads(
  namespace: string,
): readonly { readonly path: string; readonly plural: string; readonly object: JsonObject }[] {
  const labels = { app: 'contract' }
  const template = {
    metadata: { labels },
    spec: { containers: [{ name: 'main', image: 'registry.example/main:1' }] },
  }
  const selector = { matchLabels: labels }
  const named = (apiVersion: string, kind: string, rest: JsonObject): JsonObject => ({
    apiVersion,
    kind,
    metadata: { name: 'one', labels },
    ...rest,
  })
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: '25%' } }
  const job = { ...template.spec, restartPolicy: 'Never' }
  // Every field of the spec: what protobuf numbers otherwise than it orders is found out by comparing with JSON.
  const schedule = {
    schedule: '0 3 * * *',
    timeZone: 'Europe/Berlin',
    startingDeadlineSeconds: 60,
    concurrencyPolicy: 'Forbid',
    suspend: true,
    successfulJobsHistoryLimit: 0,
    failedJobsHistoryLimit: 2,
  }
  const related = { kind: 'Pod', namespace, name: 'main', uid: '1' }
  const seen = { firstTimestamp: '2026-01-02T03:04:05Z', lastTimestamp: '2026-01-02T03:04:05Z', count: 2 }
  const event = { involvedObject: related, reason: 'BackOff', type: 'Warning', message: 'text', ...seen }
  return [
    { path: '/api/v1', plural: 'events', object: named('v1', 'Event', event) },
    {
      path: '/apis/apps/v1',
      plural: 'replicasets',
      object: named('apps/v1', 'ReplicaSet', { spec: { replicas: 0, selector, template } }),
    },
    {
      path: '/apis/apps/v1',
      plural: 'deployments',
      object: named('apps/v1', 'Deployment', { spec: { replicas: 0, selector, template, strategy } }),
    },
    {
      path: '/apis/apps/v1',
      plural: 'statefulsets',
      object: named('apps/v1', 'StatefulSet', {
        spec: { replicas: 0, serviceName: 's', selector, template },
      }),
    },
    {
      path: '/apis/apps/v1',
      plural: 'daemonsets',
      object: named('apps/v1', 'DaemonSet', { spec: { selector, template } }),
    },
    {
      path: '/apis/apps/v1',
      plural: 'controllerrevisions',
      object: named('apps/v1', 'ControllerRevision', { revision: 3, data: { spec: { a: 1 } } }),
    },
    {
      path: '/apis/batch/v1',
      plural: 'jobs',
      object: named('batch/v1', 'Job', { spec: { suspend: true, backoffLimit: 2, template: { spec: job } } }),
    },
    {
      path: '/apis/batch/v1',
      plural: 'cronjobs',
      object: named('batch/v1', 'CronJob', {
        spec: { ...schedule, jobTemplate: { spec: { template: { spec: job } } } },
      }),
    },
  ]
}
