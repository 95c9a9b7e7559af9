import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Arrival, ChaosTarget } from './targets.ts'

/** What an event says, in the formats that say all. */
const TOLD = Type.Object({
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
export type Told = ReturnType<typeof Value.Parse<typeof TOLD>>

const ENVELOPE = Type.Object({ id: Type.String(), data: TOLD })

/** All that the targets were told, by id, with what contradicts itself. */
export interface Hearing {
  readonly byId: ReadonlyMap<string, Told>
  readonly contradictions: readonly string[]
}

export function hear(targets: readonly ChaosTarget[]): Hearing {
  const texts = new Map<string, string>()
  const byId = new Map<string, Told>()
  const contradictions: string[] = []
  for (const { nature, arrivals, forged } of targets) {
    contradictions.push(...forged.map((id) => `${nature.name}: the signature of ${id} is not right`))
    contradictions.push(...changed(nature.name, arrivals))
    if (nature.format === 'akkeris') continue
    for (const { id, body } of arrivals) {
      const told = read(body, nature.format === 'cloudevents')
      if (told.id !== id) contradictions.push(`${nature.name}: webhook-id ${id} brings event ${told.id}`)
      const text = JSON.stringify(told)
      if ((texts.get(id) ?? text) !== text)
        contradictions.push(`${id}: two targets were told different things: ${texts.get(id)} and ${text}`)
      texts.set(id, text)
      byId.set(id, told)
    }
  }
  return { byId, contradictions }
}

/** Ids in the order in which the target first took them, or refused them for good. */
export function firstSettled({ arrivals }: ChaosTarget): string[] {
  return [...new Set(arrivals.filter(({ isSettled }) => isSettled).map(({ id }) => id))]
}

/** A repeat must be the same to the byte. */
function changed(target: string, arrivals: readonly Arrival[]): string[] {
  const bodies = new Map<string, string>()
  const found: string[] = []
  for (const { id, body } of arrivals) {
    if ((bodies.get(id) ?? body) !== body) found.push(`${target}: ${id} came with two bodies`)
    bodies.set(id, body)
  }
  return found
}

function read(body: string, inEnvelope: boolean): Told {
  const value: unknown = JSON.parse(body)
  return inEnvelope ? Value.Parse(ENVELOPE, value).data : Value.Parse(TOLD, value)
}
