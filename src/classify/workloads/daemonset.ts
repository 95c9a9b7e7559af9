import type { Pod } from '../../model/pod.ts'
import type { DaemonSet } from '../../model/workloads.ts'
import { type Context, finding } from '../context.ts'
import type { Finding } from '../finding.ts'
import { isActive } from '../rules/pod.ts'
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

/** A DaemonSet, by all its pods; `hash` is that of its newest revision, null while it is not known. */
export function judgeDaemonSet(
  daemonSet: DaemonSet,
  all: readonly Pod[],
  hash: string | null,
  context: Context,
): Judgement {
  const subject = `daemonset/${daemonSet.name}`
  const { desired, updated, available, generation } = daemonSet
  const observed = daemonSet.observedGeneration >= generation
  const pods = all.filter(({ labels }) => hash === null || labels[HASH] === hash)
  const old = all.filter((pod) => isActive(pod) && !pods.includes(pod))
  const findings: Finding[] = observed
    ? [
        ...findingsOfPods(pods, context),
        ...(daemonSet.strategy === 'OnDelete' && old.length > 0
          ? [onDelete(subject, old.length, context)]
          : []),
        ...createForbiddenByEvents(
          subject,
          daemonSet.uid,
          Math.max(0, ...all.map(({ createdAt }) => createdAt)),
          context,
        ),
        ...completeness(daemonSet, subject, context),
        ...(context.progressDeadline === null || (updated >= desired && available >= desired)
          ? []
          : deadlineFinding(
              subject,
              lastProgress(pods, daemonSet.createdAt, daemonSet.minReadySeconds, context.now),
              context.progressDeadline,
              context,
            )),
      ]
    : [behindGeneration(subject, context)]
  return judge(
    {
      target: subject,
      revision: hash,
      generation,
      pods,
      desired,
      // One node at a time unless it says otherwise, so one pod that fails holds up all other nodes.
      tolerated: Math.max(0, resolve(daemonSet.maxUnavailable, desired, 1) - 1),
      findings: [...findings, ...tooFewPods(subject, pods, context)],
      good: `all ${plural(desired, 'pod')} of ${subject} are updated and available`,
    },
    context,
  )
}

function onDelete(subject: string, old: number, context: Context): Finding {
  const message = `${subject} has the update strategy OnDelete: ${plural(old, 'old pod')} stay until somebody deletes them`
  return finding(context, { rule: 'on-delete', reason: 'OnDelete', message }, subject)
}

function completeness(
  { desired, updated, available }: DaemonSet,
  subject: string,
  context: Context,
): Finding[] {
  if (updated < desired)
    return [incomplete(subject, `${updated} of ${plural(desired, 'pod')} of ${subject} are updated`, context)]
  if (available < desired)
    return [
      incomplete(subject, `${available} of ${plural(desired, 'pod')} of ${subject} are available`, context),
    ]
  return []
}
