import type { Pod } from '../../model/pod.ts'
import type { ReplicaSet, Rollout } from '../../model/workloads.ts'
import { type Context, finding } from '../context.ts'
import type { Finding } from '../finding.ts'
import { type Judgement, judge } from '../verdict.ts'
import { plural, quoted } from '../wording.ts'
import {
  createForbidden,
  deadlineFinding,
  findingsOfPods,
  incomplete,
  lastProgress,
  toleratedByHash,
  tooFewPods,
} from './shared.ts'

/**
 * An Argo Rollout, by the ReplicaSet and pods of its newest template. Its phase is taken from the controller, or
 * computed as the controller would when it is empty.
 * https://github.com/argoproj/argo-rollouts/blob/v1.10.1/utils/rollout/rolloututil.go
 */
export function judgeRollout(
  rollout: Rollout,
  current: ReplicaSet | undefined,
  pods: readonly Pod[],
  context: Context,
): Judgement {
  const subject = `rollout/${rollout.name}`
  const { replicas, generation } = rollout
  const fresh = isObserved(rollout)
  const progress =
    current === undefined ? 0 : lastProgress(pods, current.createdAt, rollout.minReadySeconds, context.now)
  const deadline = context.progressDeadline ?? rollout.progressDeadlineSeconds
  const phase = phaseOf(rollout)
  const waiting = fresh && phase === 'Progressing'
  const unavailable = current !== undefined && current.availableReplicas < current.replicas
  const findings =
    replicas === 0
      ? []
      : [
          ...(fresh ? rolloutFindings(rollout, phase, subject, context) : [behind(subject, context)]),
          ...(fresh ? findingsOfPods(pods, context) : []),
          ...(fresh && current !== undefined
            ? createForbidden(`replicaset/${current.name}`, current.conditions, context)
            : []),
          ...(waiting && unavailable ? deadlineFinding(subject, progress, deadline, context) : []),
          ...tooFewPods(subject, pods, context),
        ]
  return judge(
    {
      target: subject,
      revision: rollout.currentPodHash === '' ? null : rollout.currentPodHash,
      generation,
      pods,
      desired: replicas,
      tolerated: toleratedByHash(current?.replicas ?? 0),
      findings,
      turns: [progress + deadline],
      good:
        replicas === 0
          ? `${subject} is scaled to 0, nothing is wanted`
          : `${subject} is rolled out, ${plural(replicas, 'pod')} wanted`,
    },
    context,
  )
}

/** What a Rollout says against its newest revision for good. */
export function degradedFinding(rollout: Rollout, context: Context): Finding[] {
  if (!isObserved(rollout) || phaseOf(rollout) !== 'Degraded') return []
  const subject = `rollout/${rollout.name}`
  const match = {
    rule: 'rollout-degraded',
    reason: degradedReason(rollout),
    message: `${subject} is degraded: ${quoted(rollout.message)}`,
  } as const
  return [finding(context, match, subject)]
}

function rolloutFindings(rollout: Rollout, phase: string, subject: string, context: Context): Finding[] {
  switch (phase) {
    case 'Healthy':
      return []
    case 'Degraded':
      return degradedFinding(rollout, context)
    case 'Paused': {
      const [pause] = rollout.pauseConditions
      const message = `${subject} is paused${rollout.message === '' ? '' : ` (${quoted(rollout.message)})`}`
      return [
        finding(
          context,
          {
            rule: 'paused',
            reason: pause?.reason ?? 'RolloutPaused',
            since: pause?.startedAt ?? null,
            message,
          },
          subject,
        ),
      ]
    }
    default:
      return [
        incomplete(
          subject,
          `${subject} is progressing: ${quoted(rollout.message) || 'its newest revision is being rolled out'}`,
          context,
        ),
      ]
  }
}

/** observedGeneration is a string; one that is no number, or larger, counts as observed (old controllers wrote a hash). */
function isObserved(rollout: Rollout): boolean {
  const { observedGeneration, workloadObservedGeneration, generation, workloadRef } = rollout
  if (rollout.controllerPause && rollout.pauseConditions.length === 0) return false
  if (observedGeneration === '' || Number(observedGeneration) < generation) return false
  const wanted = rollout.annotations['rollout.argoproj.io/workload-generation']
  return workloadRef === null || wanted === undefined || wanted === workloadObservedGeneration
}

function behind(subject: string, context: Context): Finding {
  const message = `the Rollouts controller has not taken up the newest version of ${subject} yet`
  return finding(context, { rule: 'generation', reason: null, message }, subject)
}

const condition = (rollout: Rollout, wanted: string) => rollout.conditions.find(({ type }) => type === wanted)

function phaseOf(rollout: Rollout): string {
  if (rollout.phase !== '') return rollout.phase
  const progressing = condition(rollout, 'Progressing')
  if (condition(rollout, 'InvalidSpec')?.status === 'True') return 'Degraded'
  if (progressing?.reason === 'RolloutAborted' || progressing?.reason === 'ProgressDeadlineExceeded')
    return 'Degraded'
  if (rollout.paused || rollout.pauseConditions.length > 0) return 'Paused'
  const { updatedReplicas, replicas, availableReplicas, currentPodHash, stableHash, activeHash, strategy } =
    rollout
  if (updatedReplicas < replicas || availableReplicas < updatedReplicas || stableHash !== currentPodHash)
    return 'Progressing'
  return strategy === 'blueGreen' && activeHash !== currentPodHash ? 'Progressing' : 'Healthy'
}

function degradedReason(rollout: Rollout): string {
  if (condition(rollout, 'InvalidSpec')?.status === 'True') return 'InvalidSpec'
  if (rollout.aborted) return 'RolloutAborted'
  return condition(rollout, 'Progressing')?.reason ?? 'Degraded'
}
