import { findTemplateHash, ROLLOUT_HASH_LABEL } from '../model/hash-labels.ts'
import type { ReplicaSet, Rollout } from '../model/records.ts'
import type { Attainment } from '../model/view.ts'
import type { PodFacts } from '../rules/container-facts.ts'
import type { Context } from '../rules/context.ts'
import { createForbidden } from '../rules/create.ts'
import { scaledToZero } from '../rules/deadline.ts'
import { isCounted } from '../rules/pod.ts'
import { NOTHING_KNOWN, type RefusalFacts } from '../rules/quota.ts'
import { justStarted } from '../rules/readiness.ts'
import { superseded as supersededRevision } from '../rules/revision.ts'
import { isObserved, ROLLOUT_RULES } from '../rules/rollout.ts'
import { firstMatch } from '../rules/rule.ts'
import { podSubject, type RuleMatch, weigh } from '../rules/rule-match.ts'
import { type Assessment, assess, lacking, terminating } from './assessment.ts'
import { defineKind, type MembershipInput } from './descriptor.ts'
import type { NamespaceView } from './namespace-view.ts'
import { isSuperseded } from './revisions.ts'

/** One revision by itself: a canary, a preview, an experiment, an old version, or a ReplicaSet without an owner. */
interface ReplicaSetObjects {
  readonly replicaSet: ReplicaSet
  readonly pods: readonly PodFacts[]
  /** The Rollout whose newest revision this is. */
  readonly rollout: Rollout | null
  /** Its owner has a newer revision. */
  readonly superseded: boolean
  /** What is known of a refusal; absent: nothing. */
  readonly refusal?: RefusalFacts
  /** How far it ever got. Absent: unseen. */
  readonly attainment?: Attainment
}

export function judgeReplicaSet(objects: ReplicaSetObjects, context: Context): Assessment {
  const { replicaSet, pods, rollout, superseded, refusal = NOTHING_KNOWN } = objects
  const { name, generation, replicas: desired, labels } = replicaSet
  const isOwned = replicaSet.owner !== null
  return assess(
    {
      kind: 'ReplicaSet',
      name,
      generation,
      desired,
      revision: findTemplateHash(labels) ?? null,
      pods,
      matches: [
        superseded && desired === 0 ? supersededRevision() : null,
        degraded(rollout, context),
        createForbidden(replicaSet.conditions, refusal, context.now),
        desired === 0 && !superseded && objects.attainment === 'tried' ? scaledToZero() : null,
      ],
      others: isOwned ? unproven(objects, context) : [],
      missing: missing(objects),
      progress: {
        since: replicaSet.createdAt,
        minReadySeconds: replicaSet.minReadySeconds,
        deadlineSeconds: rollout?.progressDeadlineSeconds ?? context.policy.progressDeadlineSeconds,
        expectedPods: desired,
        wasComplete: superseded,
      },
    },
    context,
  )
}

/** A canary is not held by the pause that it is being judged in; but what is degraded or aborted is over. */
function degraded(rollout: Rollout | null, context: Context): RuleMatch | null {
  if (rollout === null || !isObserved(rollout)) return null
  return firstMatch(ROLLOUT_RULES, rollout, context)
}

function missing({ replicaSet, superseded }: ReplicaSetObjects): string | null {
  const { replicas, currentReplicas, availableReplicas, observedGeneration, generation } = replicaSet
  if (observedGeneration < generation)
    return 'has a number of replicas that its controller has not observed yet'
  if (replicas === 0) return replicaSet.owner === null || superseded ? null : 'wants no pods yet'
  return terminating(currentReplicas - replicas) ?? lacking(availableReplicas, replicas, 'available')
}

/**
 * A container without a readiness probe is ready as soon as it runs, which proves nothing: a revision that is judged to
 * go on with must have run for a while.
 */
function unproven({ replicaSet, pods, superseded }: ReplicaSetObjects, context: Context) {
  if (superseded || replicaSet.minReadySeconds >= context.policy.settleSeconds) return []
  return pods.flatMap(({ pod }) => {
    const isProbed = pod.spec.containers.every(({ readinessProbe }) => readinessProbe)
    const until = pod.readySince + context.policy.settleSeconds
    if (!isCounted(pod) || !pod.ready || isProbed || context.now >= until) return []
    return [weigh(justStarted(until, context.now), podSubject(pod), context)]
  })
}

function gather(replicaSet: ReplicaSet, view: NamespaceView): ReplicaSetObjects {
  const { owner, labels } = replicaSet
  const rollout =
    owner?.kind === 'Rollout' && view.required.needUnlessRefused('rollouts')
      ? view.objects.rollouts.byUid(owner.uid)
      : undefined
  const isCurrent = rollout !== undefined && rollout.currentPodHash === labels[ROLLOUT_HASH_LABEL]
  return {
    replicaSet,
    pods: view.listPods(replicaSet),
    rollout: isCurrent ? rollout : null,
    superseded: isSuperseded(replicaSet, view),
    refusal: view.gatherRefusal(replicaSet, replicaSet.conditions),
    attainment: view.cluster.past.attainment(replicaSet.uid),
  }
}

function membership({ replicaSet, pods }: ReplicaSetObjects): MembershipInput {
  return {
    pods,
    desired: replicaSet.replicas,
    revision: findTemplateHash(replicaSet.labels) ?? null,
  }
}

export const replicaset = defineKind({
  resource: {
    name: 'replicasets',
    group: 'apps',
    kind: 'ReplicaSet',
    without: 'questions about hashes, Deployments, Rollouts and selectors are answered with 503',
  },
  names: ['replicasets', 'rs'],
  needs: ['pods'],
  owners: ['Deployment', 'Rollout'],
  selected: 'unowned',
  hasSeries: false,
  gather,
  membership,
  judge: judgeReplicaSet,
  templatePath: ['spec', 'template'],
})
