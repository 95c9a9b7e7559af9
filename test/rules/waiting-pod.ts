import type { Pod } from '../../src/model/pod.ts'
import type { ClusterEvent } from '../../src/model/records.ts'

export const NOW = Date.UTC(2026, 10, 21, 3) / 1000

const META = {
  namespace: 'n',
  resourceVersion: '1',
  createdAt: NOW - 60,
  deletedAt: null,
  labels: {},
  owner: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'web' },
} as const

/** A pod of one container, app, that waits. */
export function podWaiting(reason: string, message: string): Pod {
  return {
    ...META,
    name: 'web-1',
    uid: 'web-1',
    node: 'a',
    phase: 'Pending',
    reason: '',
    message: '',
    ready: false,
    readySince: NOW - 60,
    conditions: [],
    spec: {
      restartPolicy: 'Always',
      containers: [{ name: 'app', restartPolicy: '', restartRules: [], readinessProbe: true }],
      initContainers: [],
    },
    containers: [
      {
        name: 'app',
        ready: false,
        restarts: 0,
        state: { type: 'waiting', reason, message },
        last: null,
      },
    ],
    initContainers: [],
  }
}

/** The kubelet's event about a pull of its image. */
export function pullEvent(message: string): ClusterEvent {
  return {
    ...META,
    owner: { apiVersion: 'v1', kind: 'Pod', name: 'web-1', uid: 'web-1' },
    name: 'event',
    uid: 'event',
    fieldPath: 'spec.containers{app}',
    type: 'Warning',
    reason: 'Failed',
    message,
    count: 1,
    firstSeen: NOW - 30,
    lastSeen: NOW - 30,
  }
}
