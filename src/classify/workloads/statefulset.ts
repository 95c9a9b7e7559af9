import type { Seconds } from '../../model/meta.ts'
import type { Pod } from '../../model/pod.ts'
import type { StatefulSet } from '../../model/workloads.ts'
import { type Context, finding } from '../context.ts'
import type { Finding } from '../finding.ts'
import { isActive, podFindings } from '../rules/pod.ts'
import { type Judgement, judge } from '../verdict.ts'
import { plural } from '../wording.ts'
import {
  behindGeneration,
  createForbiddenByEvents,
  deadlineFinding,
  findingsOfPods,
  incomplete,
  lastProgress,
  resolve,
  tooFewPods,
} from './shared.ts'

const HASH = 'controller-revision-hash'

/** A StatefulSet, by all its pods; `updatedSince` is when its newest revision was made (0 when unknown). */
export function judgeStatefulSet(
  statefulSet: StatefulSet,
  all: readonly Pod[],
  updatedSince: Seconds,
  context: Context,
): Judgement {
  const subject = `statefulset/${statefulSet.name}`
  const { replicas, updateRevision, generation, partition } = statefulSet
  const observed = statefulSet.observedGeneration >= generation
  const updated = all.filter(({ labels }) => labels[HASH] === updateRevision)
  const wanted = all.filter((pod) => labelOf(pod) === updateRevision || ordinal(pod) < partition)
  const pods = observed ? wanted : updated
  const findings =
    replicas === 0
      ? []
      : [
          ...(observed ? [] : [behindGeneration(subject, context)]),
          ...(observed ? findingsOfPods(pods, context) : []),
          ...(observed ? strategyFindings(statefulSet, all, subject, updatedSince, context) : []),
          ...createForbiddenByEvents(
            subject,
            statefulSet.uid,
            Math.max(0, ...all.map(({ createdAt }) => createdAt)),
            context,
          ),
          ...(observed ? completeness(statefulSet, all, subject, context) : []),
          ...ownDeadline(statefulSet, pods, updatedSince, subject, context),
          ...tooFewPods(subject, pods, context),
        ]
  return judge(
    {
      target: subject,
      revision: updateRevision === '' ? null : updateRevision,
      generation,
      pods,
      desired: replicas,
      // One pod at a time unless it says otherwise, and in order: one that fails holds up all others.
      tolerated: Math.max(0, resolve(statefulSet.maxUnavailable, replicas, 1) - 1),
      findings,
      good:
        replicas === 0
          ? `${subject} is scaled to 0, nothing is wanted`
          : `all ${plural(replicas, 'pod')} of ${subject} are updated and ready`,
    },
    context,
  )
}

const labelOf = ({ labels }: Pod): string | undefined => labels[HASH]

/** The number at the end of a StatefulSet pod's name. */
function ordinal({ name }: Pod): number {
  const number = Number(name.slice(name.lastIndexOf('-') + 1))
  return Number.isInteger(number) ? number : Number.POSITIVE_INFINITY
}

function strategyFindings(
  statefulSet: StatefulSet,
  all: readonly Pod[],
  subject: string,
  updatedSince: Seconds,
  context: Context,
): Finding[] {
  const old = all.filter(
    (pod) =>
      isActive(pod) && labelOf(pod) !== statefulSet.updateRevision && ordinal(pod) >= statefulSet.partition,
  )
  if (old.length === 0) return []
  if (statefulSet.strategy === 'OnDelete') {
    const message = `${subject} has the update strategy OnDelete: ${plural(old.length, 'old pod')} stay until somebody deletes them`
    return [finding(context, { rule: 'on-delete', reason: 'OnDelete', message }, subject)]
  }
  const broken = old.flatMap((pod) =>
    podFindings(pod, context).filter((one) => one.final && one.since !== null),
  )
  const [first] = broken
  if (first === undefined || statefulSet.podManagementPolicy === 'Parallel') return []
  const message = `${subject} cannot take its update, as the controller waits for a broken old pod to become ready (delete it by hand): ${first.message}`
  return [
    finding(
      context,
      { rule: 'blocked-by-old-pod', reason: first.reason, since: updatedSince || null, message },
      subject,
    ),
  ]
}

function completeness(
  { replicas, readyReplicas, availableReplicas, partition, updateRevision, currentReplicas }: StatefulSet,
  all: readonly Pod[],
  subject: string,
  context: Context,
): Finding[] {
  const wanted = Math.max(0, replicas - partition)
  const updated = all.filter((pod) => pod.deletedAt === null && labelOf(pod) === updateRevision).length
  if (updated < wanted)
    return [incomplete(subject, `${updated} of ${plural(wanted, 'pod')} of ${subject} are updated`, context)]
  if (readyReplicas < replicas)
    return [
      incomplete(subject, `${readyReplicas} of ${plural(replicas, 'pod')} of ${subject} are ready`, context),
    ]
  if (availableReplicas < replicas)
    return [
      incomplete(
        subject,
        `${availableReplicas} of ${plural(replicas, 'pod')} of ${subject} are available`,
        context,
      ),
    ]
  if (currentReplicas > replicas)
    return [
      incomplete(
        subject,
        `${subject} waits for ${plural(currentReplicas - replicas, 'pod')} to end`,
        context,
      ),
    ]
  return []
}

/** StatefulSets have no deadline of their own: only a question's counts. */
function ownDeadline(
  statefulSet: StatefulSet,
  pods: readonly Pod[],
  updatedSince: Seconds,
  subject: string,
  context: Context,
): Finding[] {
  const complete = statefulSet.readyReplicas >= statefulSet.replicas && pods.length >= statefulSet.replicas
  if (context.progressDeadline === null || complete) return []
  const started = Math.max(statefulSet.createdAt, updatedSince)
  return deadlineFinding(
    subject,
    lastProgress(pods, started, statefulSet.minReadySeconds, context.now),
    context.progressDeadline,
    context,
  )
}
