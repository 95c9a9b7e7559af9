// What no waiting mends: `fail` with a code, a reason and a message that says what to do about it.
import {
  barePod,
  type ContainerOptions,
  daemonSet,
  deployment,
  job,
  podTemplate,
  SERVING,
  shell,
  statefulSet,
  withInit,
  withSpec,
} from '../support/manifests.ts'
import type { Scenario } from '../support/scenario.ts'
import { DAEMON_SETS, DEPLOYMENTS, JOBS, type LiveCase, PODS, STATEFUL_SETS } from './live-case.ts'

/** Waits between restarts double, so that the default of 3 restarts would take a minute of each scenario. */
const IMPATIENT = { retryLimit: '1' }

const NO_ACCOUNT = { ...SERVING, pod: { serviceAccountName: 'absent' } }

/** Waits until the StatefulSet is fine, and gives it another template. */
async function updateStateful(scenario: Scenario, name: string, options: ContainerOptions): Promise<void> {
  const fine = { verdict: 'pass', readyPods: 1 }
  await scenario.expect('/analyze', { kind: 'statefulset', name }, fine, ['pending'])
  const path = scenario.path('apps/v1', 'statefulsets', name)
  await scenario.api.patch(path, { spec: { template: podTemplate(name, options) } })
}

export const FAILURES: readonly LiveCase[] = [
  {
    name: 'init-fails',
    objects: [[...DEPLOYMENTS, deployment('init-fails', withInit('exit 9'))]],
    question: { kind: 'deployment', name: 'init-fails', ...IMPATIENT },
    expected: { verdict: 'fail', code: 'process-crashing', readyPods: 0 },
    message: /^Init container first of pod init-fails-\S+ .*\b9\b/,
  },
  {
    name: 'sidecar-crashes',
    objects: [
      [...DEPLOYMENTS, deployment('sidecar-crashes', withInit('exit 4', { restartPolicy: 'Always' }))],
    ],
    question: { kind: 'deployment', name: 'sidecar-crashes', ...IMPATIENT },
    expected: { verdict: 'fail', code: 'process-crashing' },
    message: /^Sidecar first of pod sidecar-crashes-\S+ .*\b4\b/,
    before: ['pending', 'pass'],
  },
  {
    name: 'liveness-kills',
    objects: [
      [
        ...DEPLOYMENTS,
        deployment('liveness-kills', {
          container: {
            livenessProbe: { exec: { command: ['false'] }, periodSeconds: 1, failureThreshold: 1 },
          },
        }),
      ],
    ],
    question: { kind: 'deployment', name: 'liveness-kills', ...IMPATIENT },
    expected: {
      verdict: 'fail',
      code: 'process-crashing',
      message:
        /^Container app of pod liveness-kills-\S+ was stopped because its liveness probe failed, .*\b137\b/,
    },
    // The event that names the probe may come after the status that shows the end.
    before: ['pending', 'pass', 'fail'],
  },
  {
    name: 'exits-zero',
    objects: [[...DEPLOYMENTS, deployment('exits-zero', shell('exit 0'))]],
    question: { kind: 'deployment', name: 'exits-zero', ...IMPATIENT },
    expected: { verdict: 'fail', code: 'process-crashing' },
    message: /exited with code 0 although it should keep running/,
    before: ['pending', 'pass'],
  },
  {
    name: 'key-missing',
    objects: [
      ['v1', 'configmaps', { metadata: { name: 'settings' }, data: { present: 'yes' } }],
      [
        ...DEPLOYMENTS,
        deployment('key-missing', {
          ...SERVING,
          container: {
            env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'absent' } } }],
          },
        }),
      ],
    ],
    question: { kind: 'deployment', name: 'key-missing' },
    expected: { verdict: 'fail', code: 'invalid-config', reason: 'CreateContainerConfigError' },
    message: /^Container app of pod key-missing-\S+ cannot be configured \(since .*absent.*settings/,
  },
  {
    name: 'never-ready',
    objects: [
      [
        ...DEPLOYMENTS,
        withSpec(
          deployment('never-ready', {
            ...SERVING,
            container: { readinessProbe: { exec: { command: ['false'] }, periodSeconds: 1 } },
          }),
          { progressDeadlineSeconds: 10 },
        ),
      ],
    ],
    question: { kind: 'deployment', name: 'never-ready' },
    expected: { verdict: 'fail', code: 'not-progressing', readyPods: 0, crashes: 0 },
    message: /never-ready/,
  },
  {
    name: 'account-missing',
    objects: [[...DEPLOYMENTS, deployment('account-missing', NO_ACCOUNT)]],
    question: { kind: 'deployment', name: 'account-missing' },
    expected: { verdict: 'fail', code: 'resource-limits-exceeded', reason: 'FailedCreate', pods: 0 },
    message: /^Deployment account-missing cannot create its pods .*"?absent"? not found/,
  },
  {
    name: 'stateful-account-missing',
    objects: [[...STATEFUL_SETS, statefulSet('stateful-account-missing', NO_ACCOUNT)]],
    question: { kind: 'statefulset', name: 'stateful-account-missing' },
    expected: { verdict: 'fail', code: 'resource-limits-exceeded', reason: 'FailedCreate', pods: 0 },
    message: /^StatefulSet stateful-account-missing cannot create its pods .*not found/,
  },
  {
    name: 'stateful-update',
    objects: [[...STATEFUL_SETS, statefulSet('stateful-update', SERVING)]],
    steps: (scenario) => updateStateful(scenario, 'stateful-update', shell('exit 7')),
    question: { kind: 'statefulset', name: 'stateful-update', ...IMPATIENT },
    expected: { verdict: 'fail', code: 'process-crashing' },
    message: /^Container app of pod stateful-update-0 .*\b7\b/,
    before: ['pending', 'pass'],
  },
  {
    name: 'stateful-by-hand',
    objects: [
      [
        ...STATEFUL_SETS,
        withSpec(statefulSet('stateful-by-hand', SERVING), { updateStrategy: { type: 'OnDelete' } }),
      ],
    ],
    steps: (scenario) => updateStateful(scenario, 'stateful-by-hand', shell('sleep 100000')),
    question: { kind: 'statefulset', name: 'stateful-by-hand' },
    expected: { verdict: 'fail', code: 'not-supported-strategy', reason: 'OnDelete' },
    message: /OnDelete: the old revision stays on 1 pod/,
    before: ['pending', 'pass'],
  },
  {
    name: 'daemon-image-absent',
    objects: [
      [
        ...DAEMON_SETS,
        daemonSet('daemon-image-absent', {
          image: 'localhost/absent:1',
          container: { imagePullPolicy: 'Never' },
        }),
      ],
    ],
    question: { kind: 'daemonset', name: 'daemon-image-absent' },
    expected: { verdict: 'fail', code: 'invalid-config', reason: 'ErrImageNeverPull' },
    message: /^Container app of pod daemon-image-absent-\S+ .*not on the node/,
  },
  {
    name: 'job-fails',
    objects: [[...JOBS, job('job-fails', shell('exit 3'), 1)]],
    question: { kind: 'job', name: 'job-fails' },
    expected: { verdict: 'fail', code: 'process-crashing', reason: 'BackoffLimitExceeded' },
    // The Job's end is written before its last pod is counted.
    message:
      /^Container app of pod job-fails-\S+ exited with code 3 .*; Job job-fails failed at .* after (2 failed pods|1 failed pod):/,
  },
  {
    name: 'job-too-long',
    objects: [[...JOBS, withSpec(job('job-too-long', SERVING), { activeDeadlineSeconds: 5 })]],
    question: { kind: 'job', name: 'job-too-long' },
    expected: { verdict: 'fail', code: 'not-progressing', reason: 'DeadlineExceeded' },
    message: /^Job job-too-long failed at /,
  },
  {
    name: 'bare-pod',
    objects: [[...PODS, barePod('bare-pod', shell('exit 5'))]],
    question: { kind: 'pod', name: 'bare-pod' },
    expected: { verdict: 'fail', code: 'process-crashing' },
    // The container's end and the pod's phase may come in one update or in two.
    message: /pod bare-pod .*(\b5\b.*nothing starts it again|nothing replaces it.*\b5\b)/i,
    before: ['pending', 'pass'],
  },
  {
    name: 'mount-onto-file',
    objects: [
      [
        ...DEPLOYMENTS,
        deployment('mount-onto-file', {
          ...SERVING,
          // The kubelet makes a folder of what the volume does not have.
          container: {
            volumeMounts: [{ name: 'files', mountPath: '/bin/busybox', subPath: 'settings.conf' }],
          },
          pod: { volumes: [{ name: 'files', emptyDir: {} }] },
        }),
      ],
    ],
    question: { kind: 'deployment', name: 'mount-onto-file', detail: 'full' },
    expected: { verdict: 'fail', code: 'invalid-config', reason: 'StartError' },
    rule: 'bad-container-spec',
    message:
      /^Container app of pod mount-onto-file-\S+ cannot be started, as a mount fails: .*not a directory/,
  },
  {
    name: 'command-missing',
    objects: [[...DEPLOYMENTS, deployment('command-missing', { command: ['/no/such/program'] })]],
    question: { kind: 'deployment', name: 'command-missing', detail: 'full' },
    expected: { verdict: 'fail', code: 'process-crashing', reason: 'StartError' },
    rule: 'bad-command',
    message: /^Container app of pod command-missing-\S+ cannot run its command: .*\/no\/such\/program/,
  },
]
