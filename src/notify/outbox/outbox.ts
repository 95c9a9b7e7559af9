import type { Seconds } from '../../model/meta.ts'
import type { Outcome } from '../delivery/retries.ts'
import type { AppEvent } from '../event.ts'
import { FORMATS } from '../formats/index.ts'
import type { Target } from '../settings.ts'
import { KEYS, type OutboxStore, type OutboxView, type PendingEvent } from './entries.ts'

/** How long an event is kept for people to find after all its deliveries were given up, seconds. */
const MAX_DEAD_AGE = 7 * 24 * 3600
/** Share of the events of failing targets that is dropped at once, so that there is room for a while. */
const DROPPED_SHARE = 0.25

type PendingRow = readonly [key: string, pending: PendingEvent]

/** Adds an event for the targets that accept it. Returns its key; null when none does. */
export function addEvent(
  store: OutboxStore,
  event: AppEvent,
  targets: readonly Target[],
  sequence: number,
  now: Seconds,
): string | null {
  const accepting = targets.filter((target) => accepts(store, target, event))
  if (accepting.length === 0) return null
  const key = KEYS.pending(event.objectUid, event.id)
  const untried = accepting.map(({ name }) => [name, { attempts: 0, dueAt: 0 }] as const)
  const deliveries = { targets: Object.fromEntries(untried), dead: {} }
  store.set(key, { type: 'pending', event, sequence, enteredAt: now, ...deliveries })
  return key
}

function accepts(store: OutboxStore, target: Target, event: AppEvent): boolean {
  const { kinds, namespaces, apps, format } = target
  if (isDisabled(store, target)) return false
  if (kinds.length > 0 && !kinds.includes(event.kind)) return false
  if (namespaces.length > 0 && !namespaces.includes(event.namespace)) return false
  if (apps.length > 0 && !apps.includes(event.app)) return false
  return FORMATS[format](event) !== null
}

/** Whether a target answered 410 and still has the same URL. */
export function isDisabled(outbox: OutboxView, { name, fingerprint }: Target): boolean {
  const entry = outbox.get(KEYS.disabled(name))
  return entry?.type === 'disabled' && entry.to === fingerprint
}

/** Pending events, oldest first. */
export function listPending(entries: ReturnType<OutboxView['entries']>): PendingRow[] {
  return [...entries]
    .flatMap(([key, entry]) => (entry.type === 'pending' ? [[key, entry] as const] : []))
    .toSorted(([, one], [, other]) => one.sequence - other.sequence)
}

/** Records the outcome of an attempt. */
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
  // While the attempt ran, the event may have been removed: after a 410 to another event, or to make room.
  if (pending?.type !== 'pending' || pending.targets[name] === undefined) return
  if (outcome.type === 'retry') {
    const targets = { ...pending.targets, [name]: { attempts, dueAt: now + outcome.afterSeconds } }
    store.set(key, { ...pending, targets })
    return
  }
  const dead = outcome.type === 'dead' ? { ...pending.dead, [name]: outcome.why } : pending.dead
  removeTargets(store, key, { ...pending, dead }, [name])
}

/** Removes deliveries to targets that were removed or disabled, and given-up events that are too old. */
export function prune(store: OutboxStore, targets: readonly Target[], now: Seconds): void {
  const live = targets.filter((target) => !isDisabled(store, target)).map(({ name }) => name)
  for (const [key, pending] of listPending(store.entries())) {
    const names = Object.keys(pending.targets)
    const removed = names.filter((name) => !live.includes(name))
    if (names.length === 0 && now - pending.event.at > MAX_DEAD_AGE) store.set(key, undefined)
    else if (removed.length > 0) removeTargets(store, key, pending, removed)
  }
}

/**
 * Makes room in the shard of an object, whose new events no target would get otherwise: removes given-up events, then the
 * oldest events for targets that have been failing for long. Returns the latter.
 */
export function makeRoom(
  store: OutboxStore,
  objectUid: string,
  isFailing: (target: string) => boolean,
): readonly PendingRow[] {
  const rows = listPending(store.shardEntries(objectUid))
  for (const [key, { targets }] of rows) if (Object.keys(targets).length === 0) store.set(key, undefined)
  if (store.hasRoom(objectUid)) return []
  const failing = rows.filter(([, { targets }]) => {
    const names = Object.keys(targets)
    return names.length > 0 && names.every(isFailing)
  })
  const dropped = failing.slice(0, Math.ceil(failing.length * DROPPED_SHARE))
  for (const [key] of dropped) store.set(key, undefined)
  return dropped
}

/** Removes targets from a pending event, and the event itself when no delivery is left. */
function removeTargets(
  store: OutboxStore,
  key: string,
  pending: PendingEvent,
  names: readonly string[],
): void {
  const left = Object.entries(pending.targets).filter(([name]) => !names.includes(name))
  const isDone = left.length === 0 && Object.keys(pending.dead).length === 0
  store.set(key, isDone ? undefined : { ...pending, targets: Object.fromEntries(left) })
}
