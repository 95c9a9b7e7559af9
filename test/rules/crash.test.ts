// What a container's ends come to, on generated pods.
import fc from 'fast-check'
import t from 'tap'
import { judgeReplicaSet } from '../../src/kinds/replicaset.ts'
import type { Termination } from '../../src/model/history.ts'
import type { Pod, Terminated } from '../../src/model/pod.ts'
import type { ReplicaSet } from '../../src/model/records.ts'
import { DEFAULT_SCOPE } from '../../src/rules/context.ts'
import { LYNCEUS } from '../../src/rules/policies/lynceus.ts'
import type { Verdict } from '../../src/rules/verdict.ts'

const NOW = 1_000_000
const META = {
  namespace: 'n',
  resourceVersion: '1',
  createdAt: NOW - 600,
  deletedAt: null,
  labels: {},
  owner: null,
}

interface Shape {
  readonly crashes: number
  readonly exitCode: number
  readonly reason: string
  readonly down: boolean
}

function pod(index: number, { crashes, exitCode, reason, down }: Shape): Pod {
  const end: Terminated = {
    type: 'terminated',
    id: 'x',
    exitCode,
    reason,
    message: '',
    startedAt: NOW - 8,
    finishedAt: NOW - 5,
  }
  const waiting = { type: 'waiting', reason: 'CrashLoopBackOff', message: '' } as const
  const running = { type: 'running', startedAt: NOW - 4 } as const
  const isDown = down && crashes > 0
  return {
    ...META,
    name: `p${index}`,
    uid: `p${index}`,
    node: 'a',
    phase: 'Running',
    reason: '',
    message: '',
    ready: !isDown,
    readySince: NOW - 4,
    conditions: [],
    spec: {
      restartPolicy: 'Always',
      containers: [{ name: 'app', restartPolicy: '', restartRules: [], readinessProbe: true }],
      initContainers: [],
    },
    containers: [
      {
        name: 'app',
        ready: !isDown,
        restarts: Math.max(0, crashes - (isDown ? 1 : 0)),
        state: isDown ? waiting : running,
        last: crashes > 0 ? end : null,
      },
    ],
    initContainers: [],
  }
}

function verdict(shapes: readonly Shape[]): Verdict {
  const replicaSet: ReplicaSet = {
    ...META,
    name: 'web',
    uid: 'web',
    generation: 1,
    annotations: {},
    replicas: shapes.length,
    minReadySeconds: 0,
    observedGeneration: 1,
    currentReplicas: shapes.length,
    availableReplicas: shapes.length,
    conditions: [],
  }
  const pods = shapes.map((shape, index) => {
    const { crashes, exitCode, reason } = shape
    const end: Termination = {
      at: NOW - 5,
      startedAt: NOW - 8,
      exitCode,
      reason,
      count: crashes,
      disrupted: false,
    }
    const containers = [
      {
        container: 'app',
        kind: 'app',
        restartPolicy: 'Always',
        restarts: crashes,
        terminations: crashes > 0 ? [end] : [],
      } as const,
    ]
    const of = pod(index, shape)
    const { uid, namespace, name, labels, owner, createdAt } = of
    return {
      pod: of,
      history: { uid, namespace, name, labels, owner, createdAt, removedAt: null, containers },
      events: [],
    }
  })
  const context = { policy: LYNCEUS, now: NOW, scope: DEFAULT_SCOPE, owner: 'controller' } as const
  return judgeReplicaSet({ replicaSet, pods, rollout: null, superseded: false }, context).verdict
}

const SEVERITY: Readonly<Record<Verdict, number>> = { pass: 0, pending: 1, unknown: 2, fail: 3 }
const end = fc.constantFrom(
  { exitCode: 1, reason: 'Error' },
  { exitCode: 0, reason: 'Completed' },
  { exitCode: 137, reason: 'OOMKilled' },
  { exitCode: 127, reason: 'Error' },
)
const shape = fc
  .record({ crashes: fc.nat(6), end, down: fc.boolean() })
  .map(({ crashes, end: how, down }) => ({ crashes, ...how, down }))

t.test('more crashes never improve a verdict', async () => {
  const run = (shapes: readonly Shape[], pick: number, more: number): boolean => {
    const worse = shapes.map((one, index) =>
      index === pick % shapes.length ? { ...one, crashes: one.crashes + more } : one,
    )
    return SEVERITY[verdict(worse)] >= SEVERITY[verdict(shapes)]
  }
  fc.assert(
    fc.property(
      fc.array(shape, { minLength: 1, maxLength: 8 }),
      fc.nat(7),
      fc.integer({ min: 1, max: 4 }),
      run,
    ),
    { numRuns: 500 },
  )
})

t.test('one pod of ten is tolerated, three are not', async (t) => {
  const good = { crashes: 0, exitCode: 0, reason: '', down: false }
  const bad = { crashes: 5, exitCode: 1, reason: 'Error', down: true }
  const of = (failing: number) => Array.from({ length: 10 }, (_, index) => (index < failing ? bad : good))
  t.equal(verdict(of(0)), 'pass')
  t.equal(verdict(of(1)), 'pending')
  t.equal(verdict(of(2)), 'pending')
  t.equal(verdict(of(3)), 'fail')
  t.equal(verdict([bad, good]), 'fail')
})
