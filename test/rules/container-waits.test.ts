// Containers that wait for what comes before them in their pod.
import t from 'tap'
import type { ContainerStatus, Pod } from '../../src/model/pod.ts'
import { podFindings } from '../../src/rules/pod-findings.ts'
import { CONTEXT, eventOf, factsOf, NOW, running } from './facts.ts'

const WAITING: ContainerStatus = {
  name: 'app',
  ready: false,
  restarts: 0,
  state: { type: 'waiting', reason: 'PodInitializing', message: '' },
  last: null,
}
const SPEC = { restartPolicy: '', restartRules: [], readinessProbe: false }
const done = (name: string): ContainerStatus => {
  const end = {
    id: name,
    exitCode: 0,
    reason: 'Completed',
    message: '',
    startedAt: NOW - 50,
    finishedAt: NOW - 45,
  }
  return { ...running(name), state: { type: 'terminated', ...end } }
}

/** A pod whose app waits; names that end in -proxy are sidecars. */
function starting(initContainers: readonly ContainerStatus[]): Partial<Pod> {
  return {
    phase: 'Pending',
    ready: false,
    initContainers,
    containers: [WAITING],
    spec: {
      restartPolicy: 'Always',
      initContainers: initContainers.map(({ name }) => ({
        ...SPEC,
        name,
        restartPolicy: name.endsWith('-proxy') ? 'Always' : '',
      })),
      containers: [{ ...SPEC, name: 'app' }],
    },
  }
}

const idle = (name: string): ContainerStatus => ({ ...WAITING, name })
const CASES: readonly (readonly [
  title: string,
  inits: readonly ContainerStatus[],
  rule: string,
  what: RegExp,
])[] = [
  [
    'an init container runs',
    [running('migrate')],
    'waits-for-init',
    /waits for init container migrate, which still runs/,
  ],
  [
    'a later one runs',
    [done('fetch'), running('migrate'), idle('last')],
    'waits-for-init',
    /init container migrate/,
  ],
  [
    'a sidecar has not started',
    [running('mesh-proxy', { ready: false })],
    'waits-for-init',
    /waits for sidecar mesh-proxy, which runs but has not started/,
  ],
  [
    'the second sidecar has not started',
    [running('a-proxy'), running('b-proxy', { ready: false })],
    'waits-for-init',
    /sidecar b-proxy/,
  ],
  [
    'an init container after a sidecar runs',
    [running('a-proxy'), running('migrate')],
    'waits-for-init',
    /init container migrate/,
  ],
  ['nothing runs yet', [idle('migrate')], 'starting', /is starting/],
]

for (const [title, inits, rule, what] of CASES)
  t.test(title, async (t) => {
    const found = podFindings(factsOf(starting(inits)), CONTEXT)
    const app = found.find(({ container }) => container === 'app')
    t.match(app, { rule, what, reason: 'PodInitializing', class: 'progressing' })
  })

t.test('the last answer of a startup probe is quoted', async (t) => {
  const probe = (message: string, lastSeen: number, name = 'mesh-proxy') =>
    eventOf('Unhealthy', { message, lastSeen, fieldPath: `spec.initContainers{${name}}` })
  const events = [
    probe('Startup probe failed: old', NOW - 20),
    probe('Startup probe failed: new', NOW - 10),
    probe('other', NOW, 'x-proxy'),
  ]
  const facts = factsOf(starting([running('mesh-proxy', { ready: false })]), events)
  t.match(podFindings(facts, CONTEXT), [{ what: /has not started \(since .*\): Startup probe failed: new$/ }])
})

t.test(
  'a container whose ends were asked for waits for its next start, and says how it last ended',
  async (t) => {
    const last = {
      type: 'terminated',
      id: 'x',
      exitCode: 42,
      reason: 'Error',
      message: '',
      startedAt: NOW - 50,
      finishedAt: NOW - 45,
    } as const
    const state = { type: 'waiting', reason: 'CrashLoopBackOff', message: 'back-off 10s' } as const
    const restartRules = [{ action: 'Restart', operator: 'In', exitCodes: [42] }]
    const found = podFindings(
      factsOf({
        ready: false,
        containers: [{ ...running('app'), ready: false, restarts: 3, state, last }],
        spec: {
          restartPolicy: 'Always',
          initContainers: [],
          containers: [{ ...SPEC, name: 'app', restartRules }],
        },
      }),
      CONTEXT,
    )
    t.match(found, [{ rule: 'starting', what: 'waits for its next start after exit code 42' }])
  },
)
