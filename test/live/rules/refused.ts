// What the cluster refuses: ReplicaSets and pods by a quota, pods by their kubelet. Each in a namespace whose quota makes it so.
import { canary, rollout } from '../argo/rollouts.ts'
import { at, list } from '../support/json.ts'
import {
  type ContainerOptions,
  deployment,
  podTemplate,
  SERVING,
  shell,
  statefulSet,
} from '../support/manifests.ts'
import type { Scenario } from '../support/scenario.ts'
import { until } from '../support/until.ts'
import { DEPLOYMENTS, type LimitedCases, type LiveCase, STATEFUL_SETS } from './live-case.ts'

const ROLLOUTS = ['argoproj.io/v1alpha1', 'rollouts'] as const

const NO_PODS: LiveCase = {
  name: 'quota-exceeded',
  objects: [[...DEPLOYMENTS, deployment('quota-exceeded', SERVING)]],
  question: { kind: 'deployment', name: 'quota-exceeded' },
  expected: { verdict: 'fail', code: 'resource-limits-exceeded', reason: 'FailedCreate', pods: 0 },
  message: /^Deployment quota-exceeded cannot create its pods .*exceeded quota: limited/,
}

const REPLICA_SET_REFUSED = {
  verdict: 'fail',
  code: 'resource-limits-exceeded',
  reason: 'ReplicaSetCreateError',
}

/** The controller never observes the generation of a Deployment whose ReplicaSet it cannot make. */
const NO_REPLICA_SET: LiveCase = {
  name: 'replica-set-refused',
  objects: [[...DEPLOYMENTS, deployment('replica-set-refused', SERVING)]],
  question: { kind: 'deployment', name: 'replica-set-refused' },
  expected: { ...REPLICA_SET_REFUSED, pods: 0 },
  message: /^Deployment replica-set-refused cannot create its ReplicaSet .*exceeded quota: limited/,
}

/** Argo Rollouts calls a Rollout Healthy whose new ReplicaSet it could not make. */
const NO_REPLICA_SET_FOR_UPDATE: LiveCase = {
  name: 'update-refused',
  objects: [[...ROLLOUTS, rollout('update-refused', SERVING, canary([]), { replicas: 1 })]],
  steps: async (scenario) => {
    const target = { kind: 'rollout', name: 'update-refused' }
    await scenario.expect('/analyze', target, { verdict: 'pass', readyPods: 1 }, ['pending'])
    const path = scenario.path(...ROLLOUTS, target.name)
    const template = podTemplate(target.name, shell('sleep 100000; : next'))
    const updated = await scenario.api.patch(path, { spec: { template } })
    const generation = at(updated, 'metadata', 'generation')
    const { body } = await until(
      'an answer about the update',
      () => scenario.ask('/analyze', target),
      (answer) => answer.body.generation === generation,
    )
    scenario.t.not(body.verdict, 'pass', 'the first answer about the update', body)
  },
  question: { kind: 'rollout', name: 'update-refused' },
  expected: REPLICA_SET_REFUSED,
  message: /^Rollout update-refused cannot create its ReplicaSet .*exceeded quota: limited/,
}

/** Longer than a refusal by a quota may last. */
const GRACE_SECONDS = 60

/** Does not end when it is asked to. */
const STUBBORN: ContainerOptions = {
  ...shell('trap "" TERM; while :; do sleep 1; done'),
  pod: { terminationGracePeriodSeconds: GRACE_SECONDS },
}

/** Deletes what uses the quota up, and creates the Deployment while its pod is ending. */
async function replaceLeaving(scenario: Scenario): Promise<void> {
  const { api } = scenario
  await scenario.expect('/analyze', { kind: 'deployment', name: 'leaving' }, { verdict: 'pass' }, ['pending'])
  await api.remove(scenario.path(...DEPLOYMENTS, 'leaving'))
  const pods = `${scenario.path('v1', 'pods')}?labelSelector=app=leaving`
  await until(
    'the end of the pod that uses the quota up',
    () => api.get(pods),
    (found) => list(found, 'items').every((pod) => at(pod, 'metadata', 'deletionTimestamp') !== undefined),
  )
  await scenario.deploy(deployment('quota-freed', SERVING))
  const refused = { verdict: 'pending', code: 'resource-limits-exceeded', message: /exceeded quota: limited/ }
  await scenario.expect('/analyze', { kind: 'deployment', name: 'quota-freed' }, refused, ['pending'])
}

const QUOTA_FREED: LiveCase = {
  name: 'quota-freed',
  objects: [[...DEPLOYMENTS, deployment('leaving', STUBBORN)]],
  steps: replaceLeaving,
  question: { kind: 'deployment', name: 'quota-freed' },
  expected: { verdict: 'pass', readyPods: 1 },
}

/** Namespaced, but not on the kubelet's list of safe ones. */
const FORBIDDEN_SYSCTL: ContainerOptions = {
  ...SERVING,
  pod: { securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '65536' }] } },
}

const SYSCTL_FORBIDDEN = { verdict: 'fail', code: 'invalid-config', reason: 'SysctlForbidden', readyPods: 0 }

/** A ReplicaSet replaces refused pods without a pause: hundreds in a minute. */
const SYSCTLS: readonly LiveCase[] = [
  {
    name: 'sysctl-forbidden',
    objects: [[...DEPLOYMENTS, deployment('sysctl-forbidden', FORBIDDEN_SYSCTL)]],
    question: { kind: 'deployment', name: 'sysctl-forbidden' },
    expected: SYSCTL_FORBIDDEN,
    message: /^Pod sysctl-forbidden-\S+ was refused by node .*kernel\.msgmax/,
    after: (scenario) => scenario.api.remove(scenario.path(...DEPLOYMENTS, 'sysctl-forbidden')),
  },
  {
    name: 'stateful-sysctl-forbidden',
    objects: [[...STATEFUL_SETS, statefulSet('stateful-sysctl-forbidden', FORBIDDEN_SYSCTL)]],
    question: { kind: 'statefulset', name: 'stateful-sysctl-forbidden' },
    expected: SYSCTL_FORBIDDEN,
    message: /^Pod stateful-sysctl-forbidden-0 was refused by node .*kernel\.msgmax/,
    after: (scenario) => scenario.api.remove(scenario.path(...STATEFUL_SETS, 'stateful-sysctl-forbidden')),
  },
]

export const REFUSED: readonly LimitedCases[] = [
  { namespace: 'quota', hard: { pods: '0' }, cases: [NO_PODS] },
  { namespace: 'no-replica-sets', hard: { 'count/replicasets.apps': '0' }, cases: [NO_REPLICA_SET] },
  {
    namespace: 'one-replica-set',
    hard: { 'count/replicasets.apps': '1' },
    cases: [NO_REPLICA_SET_FOR_UPDATE],
  },
  { namespace: 'quota-freed', hard: { pods: '1' }, cases: [QUOTA_FREED] },
  // Failed pods count here, too: the storm ends even if nobody ends it.
  { namespace: 'refused', hard: { 'count/pods': '60' }, cases: SYSCTLS },
]
