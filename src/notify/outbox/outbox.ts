import type { Seconds } from '../../model/meta.ts'
import type { Outcome } from '../delivery/retries.ts'
import type { AppEvent } from '../event.ts'
import { FORMATS } from '../formats/index.ts'
import type { Target } from '../settings.ts'
import { KEYS, type OutboxView, type PendingEvent } from './entries.ts'
import type { OutboxStore } from './outbox-store.ts'

/** How long an event that some target never took is kept for people to find, seconds. */
const DEAD_KEPT = 7 * 24 * 3600

/** So much at once that there is room for a while. */
const DROPPED_SHARE = 0.25

/** Enters an event with the targets that are to have it. Returns its key; null when none wants it. */
export function addEvent(
  store: OutboxStore,
  event: AppEvent,
  targets: readonly Target[],
  sequence: number,
  now: Seconds,
): string | null {
  const wanted = targets.filter((target) => wants(store, target, event))
  if (wanted.length === 0) return null
  const key = KEYS.pending(event.objectUid, event.id)
  const due = wanted.map(({ name }) => [name, { attempts: 0, dueAt: 0 }] as const)
  const waiting = { targets: Object.fromEntries(due), dead: {} }
  const pending: PendingEvent = { type: 'pending', event, sequence, enteredAt: now, ...waiting }
  store.set(key, pending)
  return key
}

function wants(store: OutboxStore, target: Target, event: AppEvent): boolean {
  const { kinds, namespaces, apps, format } = target
  if (isDisabled(store, target)) return false
  if (kinds.length > 0 && !kinds.includes(event.kind)) return false
  if (namespaces.length > 0 && !namespaces.includes(event.namespace)) return false
  if (apps.length > 0 && !apps.includes(event.app)) return false
  return FORMATS[format](event) !== null
}

/** Whether a target answered 410 and has had no other URL since. */
export function isDisabled(ledger: OutboxView, { name, fingerprint }: Target): boolean {
  const entry = ledger.get(KEYS.disabled(name))
  return entry?.type === 'disabled' && entry.to === fingerprint
}

/** Enters what an attempt came to. */
export function recordOutcome(
  store: OutboxStore,
  key: string,
  { name, fingerprint }: Target,
  attempts: number,
  outcome: Outcome,
  now: Seconds,
): void {
  if (outcome.type === 'gone') store.set(KEYS.disabled(name), { type: 'disabled', at: now, to: fingerprint })
  const pending = store.get(key)
  // An attempt may end after the event was taken from the target: after a 410 to another event, or for want of room.
  if (pending?.type !== 'pending' || pending.targets[name] === undefined) return
  if (outcome.type === 'retry') {
    const targets = { ...pending.targets, [name]: { attempts, dueAt: now + outcome.afterSeconds } }
    store.set(key, { ...pending, targets })
    return
  }
  const dead = outcome.type === 'dead' ? { ...pending.dead, [name]: outcome.why } : pending.dead
  keep(store, key, { ...pending, targets: without(pending.targets, name), dead })
}

/** Takes away what waits for targets that are no more, or want no more, and what nobody came to look at. */
export function prune(store: OutboxStore, targets: readonly Target[], now: Seconds): void {
  const live = targets.filter((target) => !isDisabled(store, target)).map(({ name }) => name)
  for (const [key, pending] of [...store.entries()]) {
    if (pending.type !== 'pending') continue
    const gone = Object.keys(pending.targets).filter((name) => !live.includes(name))
    const old = Object.keys(pending.targets).length === 0 && now - pending.event.at > DEAD_KEPT
    if (old) store.set(key, undefined)
    else if (gone.length > 0) keep(store, key, { ...pending, targets: without(pending.targets, ...gone) })
  }
}

/**
 * Makes room beside an object, for want of which nothing more could be told of it to any target: what was given up goes,
 * then the oldest of what waits for targets that have long been failing. Returns what these will not get.
 */
export function makeRoom(
  store: OutboxStore,
  objectUid: string,
  isFailing: (target: string) => boolean,
): readonly (readonly [key: string, pending: PendingEvent])[] {
  const waiting: (readonly [key: string, pending: PendingEvent])[] = []
  for (const [key, pending] of [...store.shardEntries(objectUid)]) {
    if (pending.type !== 'pending') continue
    const targets = Object.keys(pending.targets)
    if (targets.length === 0) store.set(key, undefined)
    else if (targets.every(isFailing)) waiting.push([key, pending])
  }
  if (store.hasRoom(objectUid)) return []
  const oldest = waiting.toSorted(([, one], [, other]) => one.sequence - other.sequence)
  const dropped = oldest.slice(0, Math.ceil(waiting.length * DROPPED_SHARE))
  for (const [key] of dropped) store.set(key, undefined)
  return dropped
}

function keep(store: OutboxStore, key: string, pending: PendingEvent): void {
  const over = Object.keys(pending.targets).length === 0 && Object.keys(pending.dead).length === 0
  store.set(key, over ? undefined : pending)
}

function without(targets: PendingEvent['targets'], ...names: readonly string[]): PendingEvent['targets'] {
  return Object.fromEntries(Object.entries(targets).filter(([name]) => !names.includes(name)))
}
