import type { Pod } from '../../model/pod.ts'
import { type Context, finding } from '../context.ts'
import type { Finding, Match } from '../finding.ts'
import { plural, quoted, span } from '../wording.ts'
import { containerFindings } from './container.ts'

/** How long one waits for a node that an autoscaler is about to add. */
const SCALE_UP_SECONDS = 600

/** Reasons of pods that a node, not their program, put an end to; kubelet's OutOf... are matched by prefix. */
const NODE_REASONS: readonly string[] = [
  'Evicted',
  'Preempting',
  'Shutdown',
  'NodeShutdown',
  'Terminated',
  'NodeLost',
  'NodeAffinity',
  'UnexpectedAdmissionError',
]

/** Whether a failed pod's end was the node's doing. */
export function failedByNode({ phase, reason, containers }: Pod): boolean {
  if (phase !== 'Failed') return false
  if (NODE_REASONS.includes(reason) || reason.startsWith('OutOf')) return true
  return containers.some(
    ({ state }) => state.type === 'terminated' && state.reason === 'ContainerStatusUnknown',
  )
}

/** Whether a pod still counts: pods that go, mirror pods and finished ones never fail anything. */
export function isActive(pod: Pod): boolean {
  return (
    pod.deletedAt === null &&
    pod.owner?.kind !== 'Node' &&
    pod.phase !== 'Failed' &&
    pod.phase !== 'Succeeded'
  )
}

/** What is to be said of one active pod. Empty when it is fine and ready. */
export function podFindings(pod: Pod, context: Context): Finding[] {
  const scheduling = schedulingMatch(pod, context)
  if (scheduling !== null) return [adjust(finding(context, scheduling, `pod/${pod.name}`, pod), pod, context)]
  const findings = containerFindings(pod, context)
  if (findings.length > 0 || pod.ready) return findings
  return [finding(context, notReady(pod, context), `pod/${pod.name}`, pod)]
}

function schedulingMatch(pod: Pod, { now }: Context): Match | null {
  const condition = pod.conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False')
  if (condition === undefined || pod.node !== '') return null
  if (condition.reason === 'SchedulingGated') {
    return {
      rule: 'scheduling-gated',
      reason: condition.reason,
      message: `pod ${pod.name} is held by a scheduling gate`,
    }
  }
  const since = condition.since || pod.createdAt
  return {
    rule: 'unschedulable',
    reason: condition.reason || 'Unschedulable',
    since,
    message: `pod ${pod.name} finds no node since ${span(now - since)}: ${quoted(condition.message)}`,
  }
}

/** An autoscaler that said it adds a node gets the time to do so. */
function adjust(found: Finding, pod: Pod, context: Context): Finding {
  if (found.rule !== 'unschedulable' || found.since === null) return found
  const scaling = context.eventsAbout(pod.uid).some(({ reason }) => reason === 'TriggeredScaleUp')
  const until = found.since + SCALE_UP_SECONDS
  if (!scaling || context.now >= until) return found
  return { ...found, final: false, finalAt: until, message: `${found.message}; a node is being added` }
}

function notReady(pod: Pod, { now }: Context): Match {
  const waiting = pod.containers.filter(({ ready }) => !ready).map(({ name }) => name)
  if (pod.containers.length === 0) {
    const where = pod.node === '' ? 'to be scheduled' : `for node ${pod.node}`
    return { rule: 'starting', reason: null, since: pod.createdAt, message: `pod ${pod.name} waits ${where}` }
  }
  const since = pod.readySince || pod.createdAt
  const what =
    waiting.length === 0
      ? 'its readiness gates'
      : `${plural(waiting.length, 'container')} (${waiting.join(', ')})`
  return {
    rule: 'not-ready',
    reason: null,
    since,
    message: `pod ${pod.name} is not ready since ${span(now - since)}, waiting for ${what}`,
  }
}
