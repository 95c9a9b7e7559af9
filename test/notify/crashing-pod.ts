import type { Pod, Terminated } from '../../src/model/pod.ts'

/** When the notifier first started. */
export const STARTED_AT = 1_700_000_000
const OWNER = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'set' }

/** A pod whose container ended `ends` times, the last time at `at`; it runs since `runningSince`, or is in back-off (null). */
export function pod(
  ends: number,
  at: number,
  runningSince: number | null,
  end: Partial<Terminated> = {},
): Pod {
  const last: Terminated | null =
    ends === 0
      ? null
      : {
          type: 'terminated',
          id: `c${ends}`,
          exitCode: 1,
          reason: 'Error',
          message: '',
          startedAt: at - 1,
          finishedAt: at,
          ...end,
        }
  const up = runningSince !== null
  const state = up
    ? ({ type: 'running', startedAt: runningSince } as const)
    : ({ type: 'waiting', reason: 'CrashLoopBackOff', message: '' } as const)
  const restarts = up ? ends : Math.max(0, ends - 1)
  const spec = {
    name: 'app',
    restartPolicy: '',
    restartRules: [],
    readinessProbe: false,
    startupProbe: false,
  }
  return {
    namespace: 'prod',
    name: 'web-1-x',
    uid: 'pod',
    resourceVersion: `${ends}-${at}-${runningSince}`,
    createdAt: STARTED_AT,
    deletedAt: null,
    labels: {},
    owner: OWNER,
    node: 'n',
    phase: 'Running',
    reason: '',
    message: '',
    ready: up,
    readySince: at,
    conditions: [],
    spec: { restartPolicy: 'Always', containers: [spec], initContainers: [] },
    containers: [{ name: 'app', ready: up, restarts, state, last }],
    initContainers: [],
  }
}
