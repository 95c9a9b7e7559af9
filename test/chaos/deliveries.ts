import type { LeaderCoverage } from './leader-coverage.ts'
import { findViolations } from './model.ts'
import { collectEvents, listSettledIds, type ReceivedEvent } from './received-events.ts'
import type { ChaosTarget } from './targets.ts'
import type { Timeline } from './timeline.ts'

/** Everything that is wrong with the received events, and with which target received them. */
export function listViolations(
  timeline: Timeline,
  targets: readonly ChaosTarget[],
  coverage: LeaderCoverage,
): string[] {
  const { byId, contradictions } = collectEvents(targets)
  const violations = [...contradictions]
  const reliable = targets.find(({ behaviour }) => behaviour.failureModes.length === 0)
  if (reliable === undefined) throw new TypeError('a target without failures was expected')
  const order = listSettledIds(reliable)
  const events = order.map((id) => byId.get(id)).filter((one) => one !== undefined)
  violations.push(...findViolations(timeline, events, coverage))
  for (const target of targets) violations.push(...findTargetViolations(target, byId, order, timeline))
  return violations
}

function* findTargetViolations(
  target: ChaosTarget,
  byId: ReadonlyMap<string, ReceivedEvent>,
  order: readonly string[],
  timeline: Timeline,
): Iterable<string> {
  const { name } = target.behaviour
  const settled = listSettledIds(target)
  const settledIds = new Set(settled)
  for (const [id, event] of byId) {
    const isForTarget = isExpected(target, event, timeline)
    if (isForTarget && !settledIds.has(id))
      yield `${name} never received ${event.kind} ${id} of ${event.app.name}`
    if (!isForTarget && settledIds.has(id)) yield `${name} received ${event.kind} ${id}, which is not for it`
  }
  const places = new Map(order.map((id, place) => [id, place] as const))
  const last = new Map<string, number>()
  for (const id of settled) {
    const event = byId.get(id)
    const place = places.get(id)
    // The violation of the reliable target is listed above.
    if (event === undefined || place === undefined)
      yield `${name} received ${id}, which no other target received`
    else {
      const app = `${event.app.namespace}/${event.app.name}`
      if (place < (last.get(app) ?? -1))
        yield `${name} received ${event.kind} ${id} of ${app} in another order`
      last.set(app, place)
    }
  }
}

/** Whether the target's filter and format include the event. */
function isExpected({ behaviour }: ChaosTarget, event: ReceivedEvent, timeline: Timeline): boolean {
  const { kinds, namespaces, format } = behaviour
  if (kinds !== undefined && !kinds.includes(event.kind)) return false
  if (namespaces !== undefined && !namespaces.includes(event.app.namespace)) return false
  if (format !== 'akkeris') return true
  // The format has only labelled apps: their names contain no separator.
  if (event.app.name.includes('--')) return false
  if (event.pod !== null)
    return event.kind === 'crashed' && event.code !== null && timeline.pods.has(event.pod)
  return event.kind === 'released' && event.workload.kind === 'Deployment'
}
