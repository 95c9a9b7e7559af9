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
    matches: ['PodScheduled=False: Unschedulable', 'SchedulerError'],
    patient:
      'help is visible: an autoscaler adds a node, the scheduler has nominated one and makes room there (nominatedNodeName), a volume claim or a device claim is being provided, or a queue or a gang scheduler holds the pod back',
    cause: 'No node fits the pod: too few resources, taints, affinities, an unbound volume claim.',
    remedy:
      'The message counts the nodes by what they lack. Add nodes, lower the requests, or correct the constraints; for an unbound claim look at its events.',
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

interface Help {
  readonly text: RegExp
  readonly help: string
}

/** Messages of schedulers that say what is being done about it. */
const HELP: readonly Help[] = [
  // kube-scheduler, preemption: the victims take their grace period to end.
  {
    text: /terminating pod on the nominated node|waiting for preemption/i,
    help: 'lower-priority pods make room',
  },
  // kube-scheduler, VolumeBinding: claims with immediate binding, and those whose volume is provided for the chosen node.
  {
    text: /unbound immediate PersistentVolumeClaims|binding volumes: .*(?:timed out|deadline exceeded)|waiting for (?:first consumer|a volume)/i,
    help: 'a volume claim is being provided',
  },
  // kube-scheduler, DynamicResources: the claim or its allocation is being made.
  {
    text: /waiting for (?:resource driver|dynamic resource controller)|unallocated immediate resourceclaims|resourceclaim .{0,200}(?:not created yet|being (?:de)?allocated)/i,
    help: 'a resource claim is being provided',
  },
  // Gang schedulers (coscheduling, Volcano, YuniKorn, KAI, kube-scheduler since 1.35) and queues.
  {
    text: /pod ?group|\bgang\b|sibling pods|min(?:Available|Member|Count)\b|placeholder|\bqueue\b|\bqueued\b/i,
    help: 'its scheduler holds it back until its group or queue has room',
  },
]

/** The scheduler also says that evicting other pods does not help; what the nodes lack comes before. */
const PREEMPTION = /\. (?=no new claims|preemption:)/
/** Reasons of kube-scheduler: no node fits; or binding failed after one was found, and is tried again. */
const UNFIT: ReadonlySet<string> = new Set(['Unschedulable', 'SchedulerError'])

function unschedulable(facts: PodFacts, { now }: Context): Match | null {
  const condition = notScheduled(facts)
  if (condition === null || !UNFIT.has(condition.reason)) return null
  const { reason, since, message } = condition
  const help = findHelp(facts, message)
  const [causes = ''] = message.split(PREEMPTION)
  const what = `cannot be scheduled${sinceWhen(since, now)}: ${quote(causes)}${help === null ? '' : `; ${help}`}`
  return { reason, what, since, patient: help !== null }
}

/** What is visibly being done about it; null: nothing. */
function findHelp({ pod, events }: PodFacts, message: string): string | null {
  if (events.some(({ reason }) => SCALE_UP.has(reason))) return 'an autoscaler is adding a node'
  if (pod.nominatedNode !== undefined) return `lower-priority pods make room on node ${pod.nominatedNode}`
  return HELP.find(({ text }) => text.test(message))?.help ?? null
}

function gated(facts: PodFacts, { now }: Context): Match | null {
  const condition = notScheduled(facts)
  if (condition?.reason !== 'SchedulingGated') return null
  const { reason, since } = condition
  const gates = facts.pod.schedulingGates ?? []
  const which = gates.length === 0 ? 'its scheduling gate is removed' : `${listGates(gates)} removed`
  const what = `is not scheduled until ${which}${sinceWhen(since, now)}`
  return { reason, what, since }
}

function listGates(gates: readonly string[]): string {
  return gates.length === 1
    ? `its scheduling gate ${gates[0]} is`
    : `its scheduling gates ${gates.join(', ')} are`
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
