import { faultsOfTale } from './model.ts'
import type { Tale } from './tale.ts'
import type { ChaosTarget } from './targets.ts'
import { firstSettled, hear, type Told } from './told.ts'
import type { Witness } from './witness.ts'

/** All that is wrong: with what was told, and with who was told of it. */
export function judge(tale: Tale, targets: readonly ChaosTarget[], witness: Witness): string[] {
  const { byId, contradictions } = hear(targets)
  const faults = [...contradictions]
  const whole = targets.find(({ nature }) => nature.weaknesses.length === 0)
  if (whole === undefined) throw new TypeError('a target that takes everything was expected')
  const order = firstSettled(whole)
  const told = order.map((id) => byId.get(id)).filter((one) => one !== undefined)
  faults.push(...faultsOfTale(tale, told, witness))
  for (const target of targets) faults.push(...faultsOfTarget(target, byId, order, tale))
  return faults
}

function* faultsOfTarget(
  target: ChaosTarget,
  byId: ReadonlyMap<string, Told>,
  order: readonly string[],
  tale: Tale,
): Iterable<string> {
  const { name } = target.nature
  const got = firstSettled(target)
  const has = new Set(got)
  for (const [id, told] of byId) {
    const mayHave = isFor(target, told, tale)
    if (mayHave && !has.has(id)) yield `${name} never took ${told.kind} ${id} of ${told.app.name}`
    if (!mayHave && has.has(id)) yield `${name} was told of ${told.kind} ${id}, which is not for it`
  }
  const places = new Map(order.map((id, place) => [id, place] as const))
  const last = new Map<string, number>()
  for (const id of got) {
    const told = byId.get(id)
    const place = places.get(id)
    // Neither told in full by any target, nor taken by the one that takes all: said above.
    if (told === undefined || place === undefined) yield `${name} took ${id}, which nobody else was told of`
    else {
      const app = `${told.app.namespace}/${told.app.name}`
      if (place < (last.get(app) ?? -1)) yield `${name} took ${told.kind} ${id} of ${app} in another order`
      last.set(app, place)
    }
  }
}

/** Whether it is in the target's filter and format. */
function isFor({ nature }: ChaosTarget, told: Told, tale: Tale): boolean {
  const { kinds, namespaces, format } = nature
  if (kinds !== undefined && !kinds.includes(told.kind)) return false
  if (namespaces !== undefined && !namespaces.includes(told.app.namespace)) return false
  if (format !== 'akkeris') return true
  // apps-watcher told of labelled apps alone: their names have no part.
  if (told.app.name.includes('--')) return false
  if (told.pod !== null) return told.kind === 'crashed' && told.code !== null && tale.pods.has(told.pod)
  return told.kind === 'released' && told.workload.kind === 'Deployment'
}
