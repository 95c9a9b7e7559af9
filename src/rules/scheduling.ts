import type { PodFacts } from './container-facts.ts'
import type { Context } from './context.ts'
import type { RuleMatch } from './rule-match.ts'
import { clock, quote } from './words.ts'

/** Cluster autoscaler and Karpenter say that a node is on its way for this pod. */
const SCALE_UP: ReadonlySet<string> = new Set(['TriggeredScaleUp', 'Nominated', 'ScaleUpTriggered'])

/** Pods that no node takes, or that somebody keeps from being scheduled on purpose. */
export function scheduling({ pod, events }: PodFacts, _context: Context): RuleMatch | null {
  const scheduled = pod.conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False')
  if (scheduled === undefined) return null
  const since = Math.max(scheduled.since, pod.createdAt)
  if (scheduled.reason === 'SchedulingGated') {
    const what = `is kept from being scheduled by a scheduling gate since ${clock(since)}, until somebody removes it`
    return { rule: 'scheduling-gated', reason: scheduled.reason, what, since }
  }
  if (scheduled.reason !== 'Unschedulable') {
    const what = `is not scheduled for a reason that no rule knows, ${scheduled.reason}: ${quote(scheduled.message)}`
    return { rule: 'unknown-reason', reason: scheduled.reason, what, since }
  }
  const scaling = events.some(({ reason }) => SCALE_UP.has(reason))
  const help = scaling ? ' (a node is being added)' : ''
  const what = `finds no node since ${clock(since)}: ${quote(scheduled.message)}${help}`
  return { rule: 'unschedulable', reason: 'Unschedulable', what, since, patient: scaling }
}
