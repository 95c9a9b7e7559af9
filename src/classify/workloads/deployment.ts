import type { Pod } from '../../model/pod.ts'
import type { Deployment, ReplicaSet } from '../../model/workloads.ts'
import { type Context, finding } from '../context.ts'
import type { Finding } from '../finding.ts'
import { type Judgement, judge } from '../verdict.ts'
import { plural } from '../wording.ts'
import {
  behindGeneration,
  createForbidden,
  deadlineFinding,
  findingsOfPods,
  incomplete,
  lastProgress,
  resolve,
  tooFewPods,
} from './shared.ts'

const REVISION = 'deployment.kubernetes.io/revision'

/** The ReplicaSet of a Deployment's present template: that with its revision. */
export function currentReplicaSet(
  deployment: Deployment,
  replicaSets: readonly ReplicaSet[],
): ReplicaSet | undefined {
  const revision = deployment.annotations[REVISION]
  return replicaSets.find(({ annotations }) => revision !== undefined && annotations[REVISION] === revision)
}

/** A Deployment, by its current ReplicaSet (undefined while there is none) and the pods of that. */
export function judgeDeployment(
  deployment: Deployment,
  current: ReplicaSet | undefined,
  pods: readonly Pod[],
  context: Context,
): Judgement {
  const subject = `deployment/${deployment.name}`
  const { replicas, generation } = deployment
  const deadline = context.progressDeadline ?? deployment.progressDeadlineSeconds
  const observed = deployment.observedGeneration >= generation
  const progress = current === undefined ? 0 : progressOf(deployment, current, pods, context.now)
  const findings =
    replicas === 0
      ? []
      : [
          ...heldFindings(deployment, subject, context),
          ...(observed ? [] : [behindGeneration(subject, context)]),
          ...(observed && current !== undefined
            ? revisionFindings(deployment, current, pods, subject, context)
            : []),
          ...(observed && current !== undefined && !deployment.paused && !isComplete(deployment)
            ? deadlineFinding(subject, progress, deadline, context)
            : []),
          ...(observed ? completeness(deployment, current, subject, context) : []),
          ...tooFewPods(subject, pods, context),
        ]
  return judge(
    {
      target: subject,
      revision: deployment.annotations[REVISION] ?? null,
      generation,
      pods,
      desired: replicas,
      tolerated: deployment.strategy === 'Recreate' ? 0 : resolve(deployment.maxUnavailable, replicas, '25%'),
      findings,
      turns: [progress + deadline],
      good:
        replicas === 0
          ? `${subject} is scaled to 0, nothing is wanted`
          : `all ${plural(replicas, 'pod')} of ${subject} are updated and available`,
    },
    context,
  )
}

function heldFindings(deployment: Deployment, subject: string, context: Context): Finding[] {
  if (!deployment.paused) return []
  const message = `${subject} is paused; resume it to go on`
  return [finding(context, { rule: 'paused', reason: 'DeploymentPaused', message }, subject)]
}

function revisionFindings(
  deployment: Deployment,
  current: ReplicaSet,
  pods: readonly Pod[],
  subject: string,
  context: Context,
): Finding[] {
  const exceeded = deployment.conditions.find(
    ({ type, status, reason, updatedAt }) =>
      type === 'Progressing' &&
      status === 'False' &&
      reason === 'ProgressDeadlineExceeded' &&
      updatedAt >= current.createdAt,
  )
  const late = {
    rule: 'deadline',
    reason: 'ProgressDeadlineExceeded',
    since: exceeded?.updatedAt ?? null,
    message: `${subject} has made no progress within its deadline of ${deployment.progressDeadlineSeconds} s`,
  } as const
  return [
    ...findingsOfPods(pods, context),
    ...createForbidden(`replicaset/${current.name}`, current.conditions, context),
    ...(exceeded === undefined || deployment.paused ? [] : [finding(context, late, subject)]),
  ]
}

/** Once complete, a Deployment's deadline no longer runs: then the clock starts when a pod was lost. */
function progressOf(deployment: Deployment, current: ReplicaSet, pods: readonly Pod[], now: number): number {
  const condition = deployment.conditions.find(({ type }) => type === 'Progressing')
  const started = Math.max(
    current.createdAt,
    condition?.reason === 'DeploymentResumed' ? condition.updatedAt : 0,
  )
  const progress = lastProgress(pods, started, deployment.minReadySeconds, now)
  if (condition?.reason !== 'NewReplicaSetAvailable') return progress
  return Math.max(progress, condition.updatedAt, ...pods.map(({ readySince }) => readySince))
}

function isComplete(deployment: Deployment): boolean {
  const { replicas, updatedReplicas, currentReplicas, availableReplicas } = deployment
  return (
    updatedReplicas >= replicas && currentReplicas <= updatedReplicas && availableReplicas >= updatedReplicas
  )
}

/** What is awaited, as `kubectl rollout status` would. */
function completeness(
  deployment: Deployment,
  current: ReplicaSet | undefined,
  subject: string,
  context: Context,
): Finding[] {
  const { replicas, updatedReplicas, currentReplicas, availableReplicas } = deployment
  if (current === undefined)
    return [incomplete(subject, `${subject} waits for the ReplicaSet of its newest version`, context)]
  if (updatedReplicas < replicas)
    return [
      incomplete(
        subject,
        `${updatedReplicas} of ${plural(replicas, 'pod')} of ${subject} are updated`,
        context,
      ),
    ]
  if (currentReplicas > updatedReplicas)
    return [
      incomplete(
        subject,
        `${subject} waits for ${plural(currentReplicas - updatedReplicas, 'old pod')} to end`,
        context,
      ),
    ]
  if (availableReplicas < updatedReplicas)
    return [
      incomplete(
        subject,
        `${availableReplicas} of ${plural(updatedReplicas, 'updated pod')} of ${subject} are available`,
        context,
      ),
    ]
  return []
}
