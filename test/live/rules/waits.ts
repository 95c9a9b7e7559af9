// What is neither good nor bad yet: `pending`, with the reason, and never `fail` or `pass`.
import { deployment, job, SERVING, withSpec } from '../support/manifests.ts'
import { DEPLOYMENTS, JOBS, type LiveCase } from './live-case.ts'

export const WAITS: readonly LiveCase[] = [
  {
    name: 'paused',
    objects: [[...DEPLOYMENTS, withSpec(deployment('paused', SERVING), { paused: true })]],
    question: { kind: 'deployment', name: 'paused' },
    expected: { verdict: 'pending', code: 'held', reason: 'DeploymentPaused' },
    message: /^Deployment paused is paused until somebody resumes it/,
  },
  {
    name: 'gated',
    objects: [
      [
        ...DEPLOYMENTS,
        deployment('gated', { ...SERVING, pod: { schedulingGates: [{ name: 'example.com/wait' }] } }),
      ],
    ],
    question: { kind: 'deployment', name: 'gated' },
    expected: { verdict: 'pending', code: 'held', reason: 'SchedulingGated' },
    message: /scheduling gate/,
  },
  {
    name: 'job-suspended',
    objects: [[...JOBS, withSpec(job('job-suspended', SERVING), { suspend: true })]],
    question: { kind: 'job', name: 'job-suspended' },
    expected: { verdict: 'pending', code: 'held', reason: 'JobSuspended' },
    message: /is suspended until somebody resumes it/,
  },
  {
    name: 'volume-missing',
    objects: [
      [
        ...DEPLOYMENTS,
        deployment('volume-missing', {
          ...SERVING,
          container: { volumeMounts: [{ name: 'keys', mountPath: '/keys' }] },
          pod: { volumes: [{ name: 'keys', secret: { secretName: 'absent-keys' } }] },
        }),
      ],
    ],
    question: { kind: 'deployment', name: 'volume-missing' },
    // A busy kubelet may first say that it could not look the Secret up in time.
    expected: {
      verdict: 'pending',
      code: 'invalid-config',
      reason: 'FailedMount',
      message: /absent-keys.*not found/,
    },
  },
  {
    name: 'scaled-to-zero-unproven',
    objects: [
      [
        ...DEPLOYMENTS,
        deployment('scaled-to-zero-unproven', {
          ...SERVING,
          container: { readinessProbe: { exec: { command: ['false'] }, periodSeconds: 1 } },
        }),
      ],
    ],
    steps: async (scenario) => {
      const target = { kind: 'deployment', name: 'scaled-to-zero-unproven' }
      await scenario.expect('/analyze', target, { verdict: 'pending', pods: 1 }, ['pending'])
      await scenario.api.patch(scenario.path(...DEPLOYMENTS, target.name), { spec: { replicas: 0 } })
    },
    question: { kind: 'deployment', name: 'scaled-to-zero-unproven' },
    expected: { verdict: 'pending', reason: 'ScaledToZero', desired: 0, pods: 0 },
    message: /scaled to 0 before any pod became available/,
  },
]
