import type { Pod } from '../../model/pod.ts'
import type { ReplicaSet } from '../../model/workloads.ts'
import type { Context } from '../context.ts'
import type { Finding } from '../finding.ts'
import { type Judgement, judge } from '../verdict.ts'
import { plural } from '../wording.ts'
import {
  behindGeneration,
  createForbidden,
  findingsOfPods,
  incomplete,
  toleratedByHash,
  tooFewPods,
} from './shared.ts'

/** How a ReplicaSet is asked for: by name, or as the revision that a hash names. */
export interface ReplicaSetAsked {
  readonly target: string
  readonly revision: string | null
  /** What its owner says against this very revision (aborted, deadline). */
  readonly ofOwner: readonly Finding[]
  /** Its owner wants no pods at all, so none of it is as it should be. */
  readonly nothingWanted: boolean
}

/** A ReplicaSet: as many of its pods available as it wants. One that wants none waits to be scaled up. */
export function judgeReplicaSet(
  replicaSet: ReplicaSet,
  pods: readonly Pod[],
  { target, revision, ofOwner, nothingWanted }: ReplicaSetAsked,
  context: Context,
): Judgement {
  const subject = `replicaset/${replicaSet.name}`
  const { replicas, availableReplicas, generation } = replicaSet
  const observed = replicaSet.observedGeneration >= generation
  const fromPods = findingsOfPods(pods, context)
  const waits: Finding[] = []
  if (!observed) waits.push(behindGeneration(subject, context))
  if (replicas === 0 && !nothingWanted)
    waits.push(incomplete(subject, `${subject} is scaled to 0 so far`, context))
  if (availableReplicas < replicas) {
    waits.push(
      incomplete(
        subject,
        `${availableReplicas} of ${plural(replicas, 'pod')} of ${subject} are available`,
        context,
      ),
    )
  }
  return judge(
    {
      target,
      revision,
      generation,
      pods,
      desired: replicas,
      tolerated: toleratedByHash(replicas),
      findings: [
        ...ofOwner,
        ...fromPods,
        ...createForbidden(subject, replicaSet.conditions, context),
        ...waits,
        ...tooFewPods(subject, pods, context),
      ],
      good: nothingWanted
        ? `${subject} has an owner that is scaled to 0`
        : `all ${plural(replicas, 'pod')} of ${subject} are available`,
    },
    context,
  )
}
