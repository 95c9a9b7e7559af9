import { type Condition, findCondition } from '../model/meta.ts'
import { UNKNOWN } from './container.ts'
import type { PodFacts } from './container-facts.ts'
import type { Context } from './context.ts'
import type { CheckedRule, Match } from './rule.ts'
import { quote, sinceWhen } from './words.ts'

const MINUTE = 60

const UNSCHEDULABLE = {
  id: 'unschedulable',
  class: 'threshold',
  code: 'scheduling',
  seconds: 3 * MINUTE,
  patientSeconds: 10 * MINUTE,
  texts: {
    matches: ['PodScheduled=False: Unschedulable'],
    patient: 'an autoscaler is adding a node',
    cause: 'No node fits the pod: too few resources, taints, affinities, an unbound volume claim.',
    remedy:
      'The message counts the nodes by what they lack. Add nodes, lower the requests, or correct the constraints.',
  },
  check: unschedulable,
} as const satisfies CheckedRule<PodFacts>

const GATED = {
  id: 'scheduling-gated',
  class: 'held',
  code: 'held',
  texts: {
    matches: ['PodScheduled=False: SchedulingGated'],
    cause: 'The pod has a scheduling gate: a queue or a quota system holds it on purpose.',
    remedy: 'The queue or quota system removes the gate; look there.',
  },
  check: gated,
} as const satisfies CheckedRule<PodFacts>

/** Pods that fit no node. */
export const SCHEDULING_RULES = [UNSCHEDULABLE] as const
/** Pods that are kept from being scheduled on purpose. */
export const GATE_RULES = [GATED] as const

/** Why a pod is not scheduled. */
export const SCHEDULING_CHECKS = [
  UNSCHEDULABLE,
  GATED,
  { ...UNKNOWN, check: unknown },
] as const satisfies readonly CheckedRule<PodFacts>[]

/** Events of the cluster autoscaler and Karpenter: they add a node for this pod. */
const SCALE_UP: ReadonlySet<string> = new Set(['TriggeredScaleUp', 'Nominated', 'ScaleUpTriggered'])

/** The scheduler also says that evicting other pods does not help; what the nodes lack comes before. */
const PREEMPTION = /\. (?=no new claims|preemption:)/

function unschedulable(facts: PodFacts, { now }: Context): Match | null {
  const condition = notScheduled(facts)
  if (condition?.reason !== 'Unschedulable') return null
  const { since, message } = condition
  const scaling = facts.events.some(({ reason }) => SCALE_UP.has(reason))
  const help = scaling ? '; an autoscaler is adding a node' : ''
  const [causes = ''] = message.split(PREEMPTION)
  const what = `cannot be scheduled${sinceWhen(since, now)}: ${quote(causes)}${help}`
  return { reason: 'Unschedulable', what, since, patient: scaling }
}

function gated(facts: PodFacts, { now }: Context): Match | null {
  const condition = notScheduled(facts)
  if (condition?.reason !== 'SchedulingGated') return null
  const { reason, since } = condition
  const what = `is not scheduled until its scheduling gate is removed${sinceWhen(since, now)}`
  return { reason, what, since }
}

function unknown(facts: PodFacts): Match | null {
  const condition = notScheduled(facts)
  if (condition === null) return null
  const { reason, message, since } = condition
  const what = `is not scheduled for a reason that no rule knows, ${reason}: ${quote(message)}`
  return { reason, what, since }
}

/** The condition that says why a pod is not scheduled, and since when; null when it is scheduled. */
function notScheduled({ pod }: PodFacts): Condition | null {
  const condition = findCondition(pod.conditions, 'PodScheduled', 'False')
  return condition === undefined ? null : { ...condition, since: Math.max(condition.since, pod.createdAt) }
}
