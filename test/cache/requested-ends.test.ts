// Ends that were asked for: they are remembered, and are no crashes.
import t from 'tap'
import { countCrashes } from '../../src/analyze/crash-count.ts'
import { ClusterCache } from '../../src/cache/cluster-cache.ts'
import type { Condition } from '../../src/model/meta.ts'
import type { ContainerStatus, Pod } from '../../src/model/pod.ts'
import type { ClusterEvent } from '../../src/model/records.ts'
import { end, NOW, pod, running, status } from './ended-pods.ts'

const STOPPED = end('a', NOW + 20, { exitCode: 143 })
const WELL = end('a', NOW + 20, { exitCode: 0, reason: 'Completed' })

function killing(message: string, at: number, more: Partial<ClusterEvent> = {}): ClusterEvent {
  return {
    namespace: 'shop',
    name: 'e',
    uid: 'e',
    resourceVersion: '1',
    createdAt: at,
    deletedAt: null,
    labels: {},
    owner: { apiVersion: 'v1', kind: 'Pod', name: 'web-1', uid: 'u1' },
    fieldPath: 'spec.containers{app}',
    type: 'Normal',
    reason: 'Killing',
    message,
    count: 1,
    firstSeen: at,
    lastSeen: at,
    ...more,
  }
}

function resizing(since: number, reason = ''): Partial<Pod> {
  const condition: Condition = {
    type: 'PodResizeInProgress',
    status: 'True',
    reason,
    message: '',
    since,
    updatedAt: since,
  }
  return { conditions: [condition] }
}

/** A pod whose containers can be restarted with the code 42. */
const WITH_RULE: Partial<Pod> = {
  spec: {
    restartPolicy: 'Never',
    containers: [
      {
        name: 'app',
        restartPolicy: '',
        restartRules: [{ action: 'Restart', operator: 'In', exitCodes: [42] }],
        readinessProbe: false,
      },
    ],
    initContainers: [],
  },
}

/** A pod of a task, whose sidecar ended as well. */
function withSidecar(app: ContainerStatus, phase: string, restartPolicy = 'Never'): Partial<Pod> {
  const spec = { restartRules: [], readinessProbe: false }
  return {
    phase,
    spec: {
      restartPolicy,
      containers: [{ ...spec, name: 'app', restartPolicy: '' }],
      initContainers: [{ ...spec, name: 'proxy', restartPolicy: 'Always' }],
    },
    containers: [app],
    initContainers: [{ ...status(0, end('p', NOW + 30, { exitCode: 137 }), null), name: 'proxy' }],
  }
}

interface Case {
  readonly shown: ContainerStatus
  readonly pod?: Partial<Pod>
  readonly event?: ClusterEvent
  /** The pod as it was shown before the end. */
  readonly before?: Partial<Pod>
  readonly crashes: number
}

const DONE = status(0, end('a', NOW + 20, { exitCode: 0, reason: 'Completed' }), null)
const RUNS = running(NOW)
const RESTARTED = (last: ReturnType<typeof end>) => status(1, running(NOW + 22), last)

const CASES: Readonly<Record<string, Case>> = {
  'nothing asks for it': { shown: RESTARTED(STOPPED), crashes: 1 },
  'a resize': {
    shown: RESTARTED(WELL),
    event: killing('Container app resize requires restart', NOW + 19),
    crashes: 0,
  },
  'a resize that takes SIGKILL': {
    shown: RESTARTED(end('a', NOW + 20, { exitCode: 137 })),
    event: killing('Container app resize requires restart', NOW + 19),
    crashes: 0,
  },
  'a resize of another container': {
    shown: RESTARTED(WELL),
    event: killing('Container side resize requires restart', NOW + 19, {
      fieldPath: 'spec.containers{side}',
    }),
    crashes: 1,
  },
  'a crash after a resize': {
    shown: RESTARTED(STOPPED),
    event: killing('Container app resize requires restart', NOW + 10),
    crashes: 1,
  },
  'a resize, by the condition alone': { shown: RESTARTED(WELL), pod: resizing(NOW + 18), crashes: 0 },
  'a resize that is complete, before any event': {
    shown: RESTARTED(WELL),
    before: resizing(NOW + 18),
    crashes: 0,
  },
  'a crash long after the pod before': { shown: RESTARTED(WELL), before: resizing(NOW - 60), crashes: 1 },
  'a crash long after a resize began': { shown: RESTARTED(WELL), pod: resizing(NOW - 60), crashes: 1 },
  'a crash while a resize fails': { shown: RESTARTED(WELL), pod: resizing(NOW + 18, 'Error'), crashes: 1 },
  'four resizes, first seen at once': {
    shown: status(4, running(NOW + 22), WELL),
    event: killing('Container app resize requires restart', NOW + 19, { count: 4, firstSeen: NOW - 300 }),
    crashes: 0,
  },
  'a changed definition': {
    shown: RESTARTED(STOPPED),
    event: killing('Container app definition changed, will be restarted', NOW + 19),
    crashes: 0,
  },
  'the kubelet stops it': {
    shown: RESTARTED(STOPPED),
    event: killing('Stopping container app', NOW + 19),
    crashes: 0,
  },
  'it crashes by itself while the kubelet stops it': {
    shown: RESTARTED(end('a', NOW + 20)),
    event: killing('Stopping container app', NOW + 19),
    crashes: 1,
  },
  'a failed liveness probe': {
    shown: RESTARTED(STOPPED),
    event: killing('Container app failed liveness probe, will be restarted', NOW + 19),
    crashes: 1,
  },
  'a failed startup probe': {
    shown: RESTARTED(WELL),
    event: killing('Container app failed startup probe, will be restarted', NOW + 19),
    crashes: 1,
  },
  'out of memory while it is resized': {
    shown: RESTARTED(end('a', NOW + 20, { exitCode: 137, reason: 'OOMKilled' })),
    event: killing('Container app resize requires restart', NOW + 19),
    crashes: 1,
  },
  'the node restarts: containerd': {
    shown: RESTARTED(end('a', NOW + 20, { exitCode: 255, reason: 'Unknown' })),
    crashes: 0,
  },
  'the node restarts: dockerd': {
    shown: RESTARTED(end('a', NOW + 20, { exitCode: 255 })),
    event: killing('Pod sandbox changed, it will be killed and re-created.', NOW + 60, {
      reason: 'SandboxChanged',
      fieldPath: '',
    }),
    crashes: 0,
  },
  'a crash long before the node restarts': {
    shown: RESTARTED(end('a', NOW + 20, { exitCode: 137 })),
    event: killing('Pod sandbox changed, it will be killed and re-created.', NOW + 600, {
      reason: 'SandboxChanged',
      fieldPath: '',
    }),
    crashes: 1,
  },
  'a restart rule names the code': {
    shown: RESTARTED(end('a', NOW + 20, { exitCode: 42 })),
    pod: WITH_RULE,
    crashes: 0,
  },
  'a restart rule names another code': {
    shown: RESTARTED(end('a', NOW + 20, { exitCode: 1 })),
    pod: WITH_RULE,
    crashes: 1,
  },
  'a sidecar with its pod': { shown: DONE, pod: withSidecar(DONE, 'Succeeded'), crashes: 0 },
  'a sidecar before the pod is seen to be over': {
    shown: DONE,
    pod: withSidecar(DONE, 'Running'),
    crashes: 0,
  },
  'a sidecar whose pod goes on': {
    shown: DONE,
    pod: withSidecar(status(0, running(NOW), null), 'Running'),
    crashes: 1,
  },
  'a sidecar whose pod is started again': {
    shown: DONE,
    pod: withSidecar(status(0, end('a', NOW + 20), null), 'Running', 'OnFailure'),
    crashes: 2,
  },
  'a deletion whose state was rewritten': {
    shown: status(0, { type: 'waiting', reason: 'ContainerCreating', message: '' }, STOPPED),
    pod: { deletedAt: NOW + 48, deletionAskedAt: NOW + 18 },
    crashes: 0,
  },
  'a crash before the deletion': {
    shown: status(0, STOPPED, null),
    pod: { deletedAt: NOW + 60, deletionAskedAt: NOW + 30 },
    crashes: 1,
  },
}

for (const [title, { shown, pod: more = {}, event, before, crashes }] of Object.entries(CASES))
  t.test(title, async (t) => {
    const record = pod(shown, more)
    for (const isEventFirst of [true, false]) {
      const cache = new ClusterCache()
      if (event !== undefined && isEventFirst) cache.apply('events', 'ADDED', event, NOW + 21)
      if (before !== undefined) {
        const running = pod(status(0, RUNS, null), { ...before, resourceVersion: '0' })
        cache.apply('pods', 'ADDED', running, NOW + 19)
      }
      cache.apply('pods', 'MODIFIED', record, NOW + 25)
      if (event !== undefined && !isEventFirst) cache.apply('events', 'ADDED', event, NOW + 26)
      const counted = countCrashes([...cache.histories.all()], null, null)
      t.equal(counted.crashes, crashes, isEventFirst ? 'the event first' : 'the status first')
    }
  })
