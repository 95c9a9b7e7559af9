import type { Seconds } from '../model/meta.ts'
import type { AppEvent } from './event.ts'
import { FORMATS } from './formats/index.ts'
import { KEYS, type Pending } from './ledger.ts'
import type { Outcome } from './retries.ts'
import type { Target } from './settings.ts'
import type { LedgerStore } from './store/ledger-store.ts'

/** How long an event that some target never took is kept for people to find, seconds. */
const DEAD_KEPT = 7 * 24 * 3600

/** Enters an event with the targets that are to have it; null when none wants it. */
export function enter(
  store: LedgerStore,
  event: AppEvent,
  targets: readonly Target[],
  sequence: number,
): readonly [key: string, pending: Pending] | null {
  const wanted = targets.filter((target) => wants(store, target, event))
  if (wanted.length === 0) return null
  const key = KEYS.pending(event.objectUid, event.id)
  const due = wanted.map(({ name }) => [name, { attempts: 0, dueAt: 0 }] as const)
  const pending: Pending = { type: 'pending', event, sequence, targets: Object.fromEntries(due), dead: {} }
  store.set(key, pending)
  return [key, pending]
}

function wants(store: LedgerStore, target: Target, event: AppEvent): boolean {
  const { kinds, namespaces, apps, format, name } = target
  if (store.get(KEYS.disabled(name)) !== undefined) return false
  if (kinds.length > 0 && !kinds.includes(event.kind)) return false
  if (namespaces.length > 0 && !namespaces.includes(event.namespace)) return false
  if (apps.length > 0 && !apps.includes(event.app)) return false
  return FORMATS[format](event) !== null
}

/** Enters what an attempt came to. */
export function settle(
  store: LedgerStore,
  key: string,
  { name }: Target,
  attempts: number,
  outcome: Outcome,
  now: Seconds,
): void {
  if (outcome.type === 'gone') store.set(KEYS.disabled(name), { type: 'disabled', at: now })
  const pending = store.get(key)
  if (pending?.type !== 'pending') return
  if (outcome.type === 'retry') {
    const targets = { ...pending.targets, [name]: { attempts, dueAt: now + outcome.afterSeconds } }
    store.set(key, { ...pending, targets })
    return
  }
  const dead = outcome.type === 'dead' ? { ...pending.dead, [name]: outcome.why } : pending.dead
  keep(store, key, { ...pending, targets: without(pending.targets, name), dead })
}

/** Takes away what waits for targets that are no more, or want no more, and what nobody came to look at. */
export function tidy(store: LedgerStore, targets: readonly Target[], now: Seconds): void {
  const live = targets
    .filter(({ name }) => store.get(KEYS.disabled(name)) === undefined)
    .map(({ name }) => name)
  for (const [key, pending] of [...store.entries()]) {
    if (pending.type !== 'pending') continue
    const gone = Object.keys(pending.targets).filter((name) => !live.includes(name))
    const old = Object.keys(pending.targets).length === 0 && now - pending.event.at > DEAD_KEPT
    if (old) store.set(key, undefined)
    else if (gone.length > 0) keep(store, key, { ...pending, targets: without(pending.targets, ...gone) })
  }
}

function keep(store: LedgerStore, key: string, pending: Pending): void {
  const over = Object.keys(pending.targets).length === 0 && Object.keys(pending.dead).length === 0
  store.set(key, over ? undefined : pending)
}

function without(targets: Pending['targets'], ...names: readonly string[]): Pending['targets'] {
  return Object.fromEntries(Object.entries(targets).filter(([name]) => !names.includes(name)))
}
