import type { ContainerStatus, Pod, Terminated } from '../../src/model/pod.ts'

const LABELS = Object.freeze({ app: 'web' })
export const NOW = 1_000_000

export function end(id: string, at: number, more: Partial<Terminated> = {}): Terminated {
  const base = { type: 'terminated', id, exitCode: 1, signal: 0, reason: 'Error', message: '' } as const
  return { ...base, startedAt: at - 5, finishedAt: at, ...more }
}

export function status(
  restarts: number,
  state: ContainerStatus['state'],
  last: Terminated | null,
): ContainerStatus {
  return { name: 'app', ready: false, restarts, state, last }
}

export const running = (startedAt: number): ContainerStatus['state'] => ({ type: 'running', startedAt })
export const backOff: ContainerStatus['state'] = { type: 'waiting', reason: 'CrashLoopBackOff', message: '' }

export function pod(container: ContainerStatus, more: Partial<Pod> = {}): Pod {
  return {
    namespace: 'shop',
    name: 'web-1',
    uid: 'u1',
    resourceVersion: '1',
    createdAt: NOW,
    deletedAt: null,
    labels: LABELS,
    owner: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'rs' },
    node: 'n',
    phase: 'Running',
    reason: '',
    message: '',
    ready: false,
    readySince: 0,
    conditions: [],
    spec: {
      restartPolicy: 'Always',
      containers: [{ name: 'app', restartPolicy: '', restartRules: [], readinessProbe: false }],
      initContainers: [],
    },
    containers: [container],
    initContainers: [],
    ...more,
  }
}
