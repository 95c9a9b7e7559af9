// Starts that the runtime refuses: one rule from first to last.
import t from 'tap'
import type { PodHistory, Termination } from '../../src/model/history.ts'
import type { ContainerStatus, Terminated } from '../../src/model/pod.ts'
import type { ClusterEvent } from '../../src/model/records.ts'
import { podFindings } from '../../src/rules/pod-findings.ts'
import { CONTEXT, eventOf, factsOf, NOW, running } from './facts.ts'

const TASK =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: '
const INIT = `${TASK}unable to start container process: error during container init: `
const NO_PROGRAM = `${INIT}exec: "/srv/app": stat /srv/app: no such file or directory: unknown`
const MOUNT = `${INIT}error mounting "/var/lib/kubelet/pods/705062a4/volume-subpaths/config/web/0" to rootfs at "/etc/web/app.yaml": mount src=/var/lib/kubelet/pods/705062a4, dst=/etc/web/app.yaml, flags=MS_BIND|MS_REC: not a directory: Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type: unknown`
const NO_DRIVER = `${INIT}error running hook #0: error running hook: exit status 1, stdout: , stderr: Auto-detected mode as 'legacy'\nnvidia-container-cli: initialization error: nvml error: driver not loaded: unknown`
const NO_MEMORY = `${TASK}unable to start container process: container init was OOM-killed (memory limit too low?): unknown`
const NO_USER = `${INIT}unable to find user app: no matching entries in passwd file: unknown`

/** A container whose starts were refused at these times, seconds ago. */
function refused(message: string, agos: readonly number[], waiting = 'CrashLoopBackOff') {
  const last: Terminated = {
    type: 'terminated',
    id: 'x',
    exitCode: 128,
    reason: 'StartError',
    message,
    startedAt: 0,
    finishedAt: NOW - (agos.at(-1) ?? 0),
  }
  const state = {
    type: 'waiting',
    reason: waiting,
    message: waiting === 'CrashLoopBackOff' ? '' : message,
  } as const
  const terminations: Termination[] = agos.map((ago) => ({
    at: NOW - ago,
    startedAt: 0,
    exitCode: 128,
    reason: 'StartError',
    count: 1,
    disrupted: false,
  }))
  const status: ContainerStatus = running('app', { ready: false, restarts: agos.length - 1, state, last })
  const facts = factsOf({ ready: false, containers: [status] })
  const { uid, namespace, name, labels, owner, createdAt } = facts.pod
  const container = {
    container: 'app',
    kind: 'app',
    restartPolicy: 'Always',
    restarts: 0,
    terminations,
  } as const
  const history: PodHistory = {
    uid,
    namespace,
    name,
    labels,
    owner,
    createdAt,
    removedAt: null,
    containers: [container],
  }
  return { ...facts, history }
}

interface Case {
  readonly message: string
  readonly agos: readonly number[]
  readonly rule: string
  readonly code: string
  readonly reached: boolean
  readonly what: RegExp
}

const CASES: Readonly<Record<string, Case>> = {
  'a command that does not exist, once': {
    message: NO_PROGRAM,
    agos: [1],
    rule: 'bad-command',
    code: 'process-crashing',
    reached: false,
    what: /^cannot run its command: exec: "\/srv\/app": stat \/srv\/app: no such file or directory; 1 attempt, last at/,
  },
  '... twice': {
    message: NO_PROGRAM,
    agos: [2, 1],
    rule: 'bad-command',
    code: 'process-crashing',
    reached: true,
    what: /; 2 attempts, last at/,
  },
  'a mount: the first retry comes at once': {
    message: MOUNT,
    agos: [2, 1],
    rule: 'bad-container-spec',
    code: 'invalid-config',
    reached: false,
    what: /^cannot be started, as a mount fails: error mounting .*flags=MS_BIND\|MS_REC: not a directory; 1 attempt/,
  },
  '... and the next one later': {
    message: MOUNT,
    agos: [16, 15, 1],
    rule: 'bad-container-spec',
    code: 'invalid-config',
    reached: true,
    what: /; 2 attempts, last at/,
  },
  'a user that the image does not have': {
    message: NO_USER,
    agos: [16, 1],
    rule: 'bad-container-spec',
    code: 'invalid-config',
    reached: true,
    what: /^cannot be started, as its image does not have its user or group: unable to find user app/,
  },
  'a limit that is too low for the runtime': {
    message: NO_MEMORY,
    agos: [16, 1],
    rule: 'memory-limit-too-low',
    code: 'resource-limits-exceeded',
    reached: true,
    what: /^cannot be started, as its memory limit is too low for the runtime: container init was OOM-killed/,
  },
  'a fault of the node, however often: no crash': {
    message: NO_DRIVER,
    agos: [100, 99, 80, 60, 20],
    rule: 'runtime-fault',
    code: 'node-failure',
    reached: false,
    what: /^cannot be started by the container runtime: error running hook #0.*nvml error: driver not loaded; 5 attempts/,
  },
  '... for three minutes': {
    message: NO_DRIVER,
    agos: [181, 60, 20],
    rule: 'runtime-fault',
    code: 'node-failure',
    reached: true,
    what: /driver not loaded/,
  },
}

for (const [title, { message, agos, ...expected }] of Object.entries(CASES))
  t.test(title, async (t) => {
    for (const waiting of ['CrashLoopBackOff', 'RunContainerError'])
      t.match(
        podFindings(refused(message, agos, waiting), CONTEXT),
        [{ ...expected, reason: 'StartError' }],
        waiting,
      )
  })

t.test('CRI-O refuses the creation: events count the attempts', async (t) => {
  const text =
    'container create failed: time="2026-11-26T09:00:03Z" level=error msg="runc create failed: unable to start container process: exec: \\"/app\\": stat /app: no such file or directory"'
  const state = { type: 'waiting', reason: 'CreateContainerError', message: text } as const
  const pod = {
    phase: 'Pending',
    ready: false,
    createdAt: NOW - 40,
    readySince: NOW - 40,
    containers: [running('app', { ready: false, state })],
  }
  const attempt = (ago: number, count = 1): ClusterEvent =>
    eventOf('Failed', {
      uid: `e${ago}`,
      fieldPath: 'spec.containers{app}',
      message: `Error: ${text.replace(':03Z', `:${10 + ago}Z`)}`,
      count,
      firstSeen: NOW - ago,
      lastSeen: NOW - ago,
    })
  const found = (events: readonly ClusterEvent[], owner: 'controller' | 'job' = 'controller') =>
    podFindings(factsOf(pod, events), { ...CONTEXT, owner })
  const bad = { rule: 'bad-command', reason: 'CreateContainerError', code: 'process-crashing' }
  t.match(found([attempt(12)]), [{ ...bad, reached: false, since: NOW - 12 }])
  t.match(found([attempt(12), attempt(1)]), [{ ...bad, reached: true, since: NOW - 12 }])
  t.match(found([attempt(12, 2)]), [{ ...bad, reached: true }])
  t.match(found([attempt(12, 2)], 'job'), [{ ...bad, reached: true }], 'a Job counts no such attempt')
  t.match(found([]), [{ ...bad, reached: true }], 'without events the time counts')
  t.match(
    found([
      eventOf('Failed', { fieldPath: 'spec.containers{app}', message: 'Error: context deadline exceeded' }),
    ]),
    [{ ...bad, reached: true }],
  )
})

t.test('a creation that fails for another reason', async (t) => {
  const state = {
    type: 'waiting',
    reason: 'CreateContainerError',
    message: 'context deadline exceeded',
  } as const
  const containers = [running('app', { ready: false, state })]
  const found = podFindings(factsOf({ phase: 'Pending', ready: false, containers }), CONTEXT)
  t.match(found, [{ rule: 'container-create', code: 'invalid-config' }])
})

t.test('a program that a failed probe ended, however it took that', async (t) => {
  for (const [exitCode, reason, probe] of [
    [143, 'Error', 'liveness'],
    [0, 'Completed', 'startup'],
  ] as const) {
    const last: Terminated = {
      type: 'terminated',
      id: 'x',
      exitCode,
      reason,
      message: '',
      startedAt: NOW - 90,
      finishedAt: NOW - 5,
    }
    const state = { type: 'waiting', reason: 'CrashLoopBackOff', message: '' } as const
    const facts = factsOf(
      { ready: false, containers: [running('app', { ready: false, restarts: 3, state, last })] },
      [
        eventOf('Killing', {
          fieldPath: 'spec.containers{app}',
          message: `Container app failed ${probe} probe, will be restarted`,
          count: 4,
          firstSeen: NOW - 400,
          lastSeen: NOW - 10,
        }),
      ],
    )
    const what = new RegExp(
      `^was stopped because its ${probe} probe failed, and exited with code ${exitCode}`,
    )
    t.match(podFindings(facts, CONTEXT), [{ rule: 'crash-loop', reason, reached: true, what }])
  }
})
