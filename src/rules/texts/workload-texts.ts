import type { RuleText } from './rule-text.ts'

/** Rules about pods as a whole and about the workloads that own them. */
export const WORKLOAD_TEXTS = {
  'unsupported-strategy': {
    matches: ['updateStrategy OnDelete'],
    cause: 'A StatefulSet or DaemonSet that replaces its pods only when somebody deletes them.',
    remedy: 'Delete the pods of the old revision, or use `updateStrategy: RollingUpdate`.',
  },
  evicted: {
    matches: [
      'Evicted',
      'Preempting',
      'Shutdown',
      'NodeShutdown',
      'Terminated',
      'NodeLost',
      'NodeAffinity',
      'UnexpectedAdmissionError',
      'ContainerStatusUnknown',
      'OutOfcpu, OutOfmemory, OutOf...',
    ],
    counts: 'pods in succession, each made after the one before was ended',
    exception:
      'A single one is a warning, and progressing on a node that does not answer. Fatal for a pod that nothing replaces; a warning in a Job.',
    cause: 'The node ended or refused the pod: out of memory or disk, shut down, no room left.',
    remedy:
      'When replacements fare alike: the requests and `ephemeral-storage` of the pod, the state of the nodes.',
  },
  'pod-failed': {
    matches: ['phase Failed of a pod that nothing replaces'],
    cause: 'A pod without a controller came to its end and will not run again.',
    remedy: 'Create it anew; better, let a controller own it.',
  },
  'create-forbidden': {
    matches: ['ReplicaFailure', 'FailedCreate'],
    cause:
      'The API server refuses the pods: a quota, a LimitRange, an admission webhook, a missing service account.',
    remedy: 'The message names who refuses and why. Raise the quota, or correct the pod template.',
  },
  volume: {
    matches: ['FailedMount', 'FailedAttachVolume', 'FailedMapVolume', 'FailedCreatePodSandBox'],
    patient: 'nothing says that what is to be mounted does not exist',
    cause: 'A volume cannot be mounted or attached, or the pod gets no network: only events tell.',
    remedy:
      'Create the missing ConfigMap, Secret or claim; else look at the storage or network plugin on the node.',
  },
  unschedulable: {
    matches: ['PodScheduled=False: Unschedulable'],
    patient: 'an autoscaler says that a node is on its way',
    cause: 'No node takes the pod: too few resources, taints, affinities, an unbound volume claim.',
    remedy:
      'The message counts the nodes by what they lack. Add nodes, lower requests, or correct the constraints.',
  },
  'job-failed': {
    matches: [
      'Failed or FailureTarget: BackoffLimitExceeded, PodFailurePolicy, FailedIndexes, MaxFailedIndexesExceeded, DeadlineExceeded',
    ],
    exception: 'With DeadlineExceeded the code is `not-progressing`.',
    cause: 'The Job failed more often than its limits allow, or took longer than its deadline.',
    remedy: 'Read the log of a failed pod; correct the program, `backoffLimit` or `activeDeadlineSeconds`.',
  },
  'rollout-degraded': {
    matches: ['phase Degraded', 'RolloutAborted', 'InvalidSpec', 'ProgressDeadlineExceeded of a Rollout'],
    cause: 'An Argo Rollout was aborted (by an analysis or a person), is invalid, or made no progress.',
    remedy: 'The message says why; after the cause is mended, `kubectl argo rollouts retry rollout NAME`.',
  },
  'blocked-update': {
    matches: ['a broken pod of the old revision of a StatefulSet with OrderedReady'],
    cause:
      'The controller waits for the old pod to become ready before it replaces any: the fix never arrives.',
    remedy: 'Delete the pod that the message names.',
  },
  superseded: {
    matches: ['a revision without pods of which there is a newer one'],
    cause: 'Somebody rolled out something newer meanwhile.',
    remedy: 'Ask about the newer revision.',
  },
  deadline: {
    matches: ['Progressing=False: ProgressDeadlineExceeded', 'no pod created or available for so long'],
    cause:
      'The rollout made no progress within `progressDeadlineSeconds`, or within the policy’s own deadline for kinds that have none; often pods that never become ready.',
    remedy: 'The message says what the pods wait for. A slow start needs a longer `progressDeadlineSeconds`.',
  },
  'scheduling-gated': {
    matches: ['PodScheduled=False: SchedulingGated'],
    cause: 'The pod has a scheduling gate: a queue or a quota system holds it on purpose.',
    remedy: 'Whoever put the gate there removes it.',
  },
  paused: {
    matches: ['DeploymentPaused', 'RolloutPaused', 'a pause condition of a Rollout', 'JobSuspended'],
    cause: 'Somebody, or a step of a Rollout, paused it.',
    remedy: 'Resume or promote it, or wait until the pause is over.',
  },
  'node-not-ready': {
    matches: ['Ready=False though all containers are ready'],
    cause: 'The node of the pod does not answer.',
    remedy: 'Look at the node. The pod is replaced once the node is given up.',
  },
  'not-ready': {
    matches: ['Ready=False of a pod that runs', 'a readiness gate that is not True'],
    cause: 'The readiness probe fails, or a readiness gate is not fulfilled yet. The deadline decides.',
    remedy: 'The events of the pod quote the probe’s answer.',
  },
  unproven: {
    matches: ['a pod of a canary that started a moment ago and has no readiness probe'],
    cause: 'Such a pod is ready as soon as it runs, which proves nothing yet.',
    remedy: 'Wait. A readiness probe or `minReadySeconds` tells better.',
  },
  generation: {
    matches: ['observedGeneration below generation'],
    cause: 'The controller has not taken up the newest spec: its status is about the one before.',
    remedy: 'Wait. If it lasts, the controller does not run.',
  },
  incomplete: {
    matches: [
      'fewer pods updated, ready or available than wanted',
      'old pods that still run',
      'a DaemonSet all of whose nodes do not answer',
    ],
    cause: 'The rollout is on its way.',
    remedy: 'Wait until the moment that the message names; where no node answers, look at the nodes.',
  },
} as const satisfies Readonly<Record<string, RuleText>>
