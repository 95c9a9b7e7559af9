import { type Static, Type } from 'typebox'
import { APP_EVENT } from '../event.ts'

const REQUIREMENT = Type.Object({
  key: Type.String(),
  operator: Type.Enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
  values: Type.Array(Type.String()),
})

/** What was told of one container of a pod ('' for the pod itself). */
export const EPISODE = Type.Object({
  type: Type.Literal('episode'),
  /** How often it had ended, crash or not, when the last crash that was told ended it: what one event stood for included. */
  ends: Type.Number(),
  /** Events since it was last well: they space out. */
  tellings: Type.Number(),
  toldAt: Type.Number(),
  /** Crashed and not yet recovered. */
  open: Type.Boolean(),
  /** What is told of the crashes since, if the pod goes before it is their time: by then nobody may remember them. */
  waiting: Type.Union([APP_EVENT, Type.Null()]),
  /** States that were told, by their code the last of each: in which start, when, and how often so far. */
  states: Type.Array(
    Type.Object({
      code: Type.String(),
      restarts: Type.Number(),
      tellings: Type.Number(),
      toldAt: Type.Number(),
    }),
  ),
})
export type Episode = Static<typeof EPISODE>

/** The last release of a workload that was told, or that was there when the notifier first started. */
export const RELEASE = Type.Object({
  type: Type.Literal('release'),
  /** Plural of the workload's kind. */
  resource: Type.String(),
  namespace: Type.String(),
  id: Type.String(),
  /** Of the workload when it was told: a view of an older one has nothing new to tell. */
  generation: Type.Number(),
  outcome: Type.Enum(['released', 'failed']),
})
export type ReportedRelease = Static<typeof RELEASE>

/** An event with the targets that do not have it yet. */
export const PENDING = Type.Object({
  type: Type.Literal('pending'),
  event: APP_EVENT,
  /** Order in which events arose. */
  sequence: Type.Number(),
  /** When it was entered: from then on it is tried. */
  enteredAt: Type.Number(),
  /** By target: attempts so far, and when the next is due. */
  targets: Type.Record(Type.String(), Type.Object({ attempts: Type.Number(), dueAt: Type.Number() })),
  /** By target: why it was given up. */
  dead: Type.Record(Type.String(), Type.String()),
})
export type PendingEvent = Static<typeof PENDING>

/** When the notifier of this ledger first started, and what it looks at since; what was there before is not told. */
export const BASELINE = Type.Object({
  type: Type.Literal('beginning'),
  at: Type.Number(),
  /** Namespaces that are watched; empty: all. */
  scope: Type.Array(Type.String()),
  selection: Type.Object({ namespaces: Type.Array(Type.String()), selector: Type.Array(REQUIREMENT) }),
  /** Plurals of the kinds of workloads that it could read. */
  resources: Type.Array(Type.String()),
})
export type BaselineEntry = Static<typeof BASELINE>

/** A target answered 410 Gone: nothing is sent to it any more, as long as its URL is the same. */
export const DISABLED = Type.Object({
  type: Type.Literal('disabled'),
  at: Type.Number(),
  /** Fingerprint of the target. */
  to: Type.String(),
})

export const ENTRY = Type.Union([EPISODE, RELEASE, PENDING, BASELINE, DISABLED])
export type Entry = Static<typeof ENTRY>

/** Keys begin with the UID of the object they are about: all about one object is written at once, in one shard. */
export const KEYS = {
  episode: (podUid: string, container: string) => `${podUid}/episode/${container}`,
  release: (uid: string) => `${uid}/release`,
  pending: (objectUid: string, id: string) => `${objectUid}/pending/${id}`,
  beginning: 'notifier/beginning',
  disabled: (target: string) => `notifier/disabled/${target}`,
} as const

/** Read access to what was told. */
export interface OutboxView {
  get(key: string): Entry | undefined
  entries(): Iterable<readonly [key: string, entry: Entry]>
}

export function getEpisode(ledger: OutboxView, podUid: string, container: string): Episode | undefined {
  const entry = ledger.get(KEYS.episode(podUid, container))
  return entry?.type === 'episode' ? entry : undefined
}

export function getRelease(ledger: OutboxView, uid: string): ReportedRelease | undefined {
  const entry = ledger.get(KEYS.release(uid))
  return entry?.type === 'release' ? entry : undefined
}
