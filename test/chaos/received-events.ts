import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Arrival, ChaosTarget } from './targets.ts'

/** An event in the formats that contain all its facts. */
const EVENT = Type.Object({
  id: Type.String(),
  kind: Type.Enum(['crashed', 'recovered', 'released', 'release-failed']),
  app: Type.Object({ name: Type.String(), namespace: Type.String() }),
  workload: Type.Object({ kind: Type.String(), name: Type.String() }),
  pod: Type.Union([Type.String(), Type.Null()]),
  restarts: Type.Number(),
  count: Type.Number(),
  code: Type.Union([Type.String(), Type.Null()]),
  exitCode: Type.Union([Type.Number(), Type.Null()]),
  release: Type.Union([Type.Object({ id: Type.String() }), Type.Null()]),
})
export type ReceivedEvent = ReturnType<typeof Value.Parse<typeof EVENT>>

const ENVELOPE = Type.Object({ id: Type.String(), data: EVENT })

/** The events that the targets received, by ID, and contradictions between them. */
export interface ReceivedEvents {
  readonly byId: ReadonlyMap<string, ReceivedEvent>
  readonly contradictions: readonly string[]
}

export function collectEvents(targets: readonly ChaosTarget[]): ReceivedEvents {
  const texts = new Map<string, string>()
  const byId = new Map<string, ReceivedEvent>()
  const contradictions: string[] = []
  for (const { behaviour, arrivals, forged } of targets) {
    contradictions.push(...forged.map((id) => `${behaviour.name}: the signature of ${id} is wrong`))
    contradictions.push(...findChangedBodies(behaviour.name, arrivals))
    if (behaviour.format === 'akkeris') continue
    for (const { id, body } of arrivals) {
      const event = parseEvent(body, behaviour.format === 'cloudevents')
      if (event.id !== id)
        contradictions.push(`${behaviour.name}: webhook-id ${id} contains event ${event.id}`)
      const text = JSON.stringify(event)
      if ((texts.get(id) ?? text) !== text)
        contradictions.push(`${id}: two targets received different contents: ${texts.get(id)} and ${text}`)
      texts.set(id, text)
      byId.set(id, event)
    }
  }
  return { byId, contradictions }
}

/** IDs in the order in which the target first accepted them or refused them permanently. */
export function listSettledIds({ arrivals }: ChaosTarget): string[] {
  return [...new Set(arrivals.filter(({ isSettled }) => isSettled).map(({ id }) => id))]
}

/** Repeats must have the same bytes. */
function findChangedBodies(target: string, arrivals: readonly Arrival[]): string[] {
  const bodies = new Map<string, string>()
  const found: string[] = []
  for (const { id, body } of arrivals) {
    if ((bodies.get(id) ?? body) !== body) found.push(`${target}: ${id} came with two bodies`)
    bodies.set(id, body)
  }
  return found
}

function parseEvent(body: string, isEnveloped: boolean): ReceivedEvent {
  const value: unknown = JSON.parse(body)
  return isEnveloped ? Value.Parse(ENVELOPE, value).data : Value.Parse(EVENT, value)
}
