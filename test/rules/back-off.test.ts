// Which containers are down after a crash, by what the status of a pod shows.
import t from 'tap'
import type { ContainerState, ContainerStatus, Pod, Terminated } from '../../src/model/pod.ts'
import { containersInBackOff } from '../../src/rules/back-off.ts'

const RUNNING: ContainerState = { type: 'running', startedAt: 900 }

function ended(exitCode: number, reason = 'Error'): Terminated {
  return {
    type: 'terminated',
    id: 'x',
    exitCode,
    reason,
    message: '',
    startedAt: 1,
    finishedAt: 2,
  }
}

function waiting(reason: string): ContainerState {
  return { type: 'waiting', reason, message: '' }
}

interface Shape {
  readonly state: ContainerState
  readonly last?: Terminated
  readonly kind?: 'app' | 'init' | 'sidecar'
  readonly restartPolicy?: string
  readonly pod?: Partial<Pod>
}

/** A pod whose container `it` is as said; its other one runs. */
function podOf({ state, last, kind = 'app', restartPolicy = 'Always', pod = {} }: Shape): Pod {
  const status = (name: string, now: ContainerState, before: Terminated | null): ContainerStatus => ({
    name,
    ready: now.type === 'running',
    restarts: 0,
    state: now,
    last: before,
  })
  const spec = (name: string, own: string) => ({
    name,
    restartPolicy: own,
    restartRules: [],
    readinessProbe: false,
    startupProbe: false,
  })
  const it = status('it', state, last ?? null)
  const itSpec = spec('it', kind === 'sidecar' ? 'Always' : '')
  const [isApp, other] = [kind === 'app', status('other', RUNNING, null)]
  return {
    namespace: 'n',
    name: 'p',
    uid: 'p',
    resourceVersion: '1',
    createdAt: 0,
    deletedAt: null,
    labels: {},
    owner: null,
    node: 'a',
    phase: 'Running',
    reason: '',
    message: '',
    ready: false,
    readySince: 0,
    conditions: [],
    spec: {
      restartPolicy,
      containers: [...(isApp ? [itSpec] : []), spec('other', '')],
      initContainers: isApp ? [] : [itSpec],
    },
    containers: [...(isApp ? [it] : []), other],
    initContainers: isApp ? [] : [it],
    ...pod,
  }
}

const CASES: readonly (readonly [title: string, shape: Shape, isDown: boolean])[] = [
  ['runs', { state: RUNNING, last: ended(1) }, false],
  ['in back-off', { state: waiting('CrashLoopBackOff'), last: ended(1) }, true],
  ['in back-off, its end not shown', { state: waiting('CrashLoopBackOff') }, true],
  ['waits for another reason after a crash', { state: waiting('RunContainerError'), last: ended(128) }, true],
  ['never started', { state: waiting('ImagePullBackOff') }, false],
  ['waits, its end not known', { state: waiting(''), last: ended(137, 'ContainerStatusUnknown') }, false],
  [
    'is restarted because another container restarts all',
    { state: waiting('RestartingAllContainers'), last: ended(137, 'RestartingAllContainers') },
    false,
  ],
  ['ended just now', { state: ended(1) }, true],
  ['ended with 0 and is to run for ever', { state: ended(0, 'Completed') }, true],
  ['ended with 0 and was to', { state: ended(0, 'Completed'), restartPolicy: 'OnFailure' }, false],
  ['nothing starts it again', { state: ended(1), restartPolicy: 'Never' }, false],
  ['an init container that failed', { state: ended(1), kind: 'init' }, true],
  ['an init container that did its work', { state: ended(0), kind: 'init', last: ended(1) }, false],
  ['a sidecar', { state: ended(1), kind: 'sidecar', restartPolicy: 'Never' }, true],
  ['of a pod that is being deleted', { state: ended(1), pod: { deletedAt: 1 } }, false],
  ['of a pod that is over', { state: ended(1), pod: { phase: 'Failed', reason: 'Evicted' } }, false],
]

for (const [title, shape, isDown] of CASES)
  t.test(title, async (t) => {
    const names = (wanted: string | null) =>
      containersInBackOff(podOf(shape), wanted, undefined).map((one) => one.container)
    t.same(names(null), isDown ? ['it'] : [])
    t.same(names('it'), isDown ? ['it'] : [])
    t.same(names('other'), [])
  })
