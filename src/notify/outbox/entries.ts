import { type Static, Type } from 'typebox'
import { APP_EVENT } from '../event.ts'

// The names of types and fields here, and the keys, are in the ConfigMaps of running clusters: never change them.

const REQUIREMENT = Type.Object({
  key: Type.String(),
  operator: Type.Enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
  values: Type.Immutable(Type.Array(Type.String())),
})

/** What was reported about one container of a pod (container '': about the pod itself). */
const EPISODE = Type.Object({
  type: Type.Literal('episode'),
  /** How often the container had ended, in a crash or not, when the last reported crash ended it. */
  ends: Type.Number(),
  /** Number of crash events since the container was last stable; they become rarer. */
  tellings: Type.Number(),
  /** Time of the last crash event. */
  toldAt: Type.Number(),
  /** The container crashed and has not recovered. */
  open: Type.Boolean(),
  /**
   * An event about the crashes since the last one, which is not due yet. It is stored so that it can be sent when the pod
   * is deleted: by then no replica may remember the crashes.
   */
  waiting: Type.Union([APP_EVENT, Type.Null()]),
  /** The last report of each state without a crash: its code, the restart count then, how many reports, and when. */
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

/** The last reported release of a workload, or the one that existed at the baseline. */
const RELEASE = Type.Object({
  type: Type.Literal('release'),
  /** Plural of the workload's kind. */
  resource: Type.String(),
  namespace: Type.String(),
  id: Type.String(),
  /** Generation of the workload at the report: a replica that still sees an older one reports nothing. */
  generation: Type.Number(),
  outcome: Type.Enum(['released', 'failed']),
})
export type ReportedRelease = Static<typeof RELEASE>

/** An event and the targets that have not received it yet. */
const PENDING = Type.Object({
  type: Type.Literal('pending'),
  event: APP_EVENT,
  /** Events are sent in the order of their sequence numbers. */
  sequence: Type.Number(),
  /** When it was added; its age for the retries counts from here. */
  enteredAt: Type.Number(),
  /** By target: attempts so far, and when the next is due. */
  targets: Type.Record(Type.String(), Type.Object({ attempts: Type.Number(), dueAt: Type.Number() })),
  /** By target: why the delivery was given up. */
  dead: Type.Record(Type.String(), Type.String()),
})
export type PendingEvent = Static<typeof PENDING>

/** When the notifier first started with this outbox, and what it has watched since; what existed before is not reported. */
const BASELINE = Type.Object({
  type: Type.Literal('beginning'),
  at: Type.Number(),
  /** Watched namespaces; empty: all. */
  scope: Type.Immutable(Type.Array(Type.String())),
  selection: Type.Object({
    namespaces: Type.Immutable(Type.Array(Type.String())),
    selector: Type.Immutable(Type.Array(REQUIREMENT)),
  }),
  /** Plurals of the workload kinds that it could read. */
  resources: Type.Array(Type.String()),
})
export type BaselineEntry = Static<typeof BASELINE>

/** A target answered 410 Gone: it gets nothing more while its URL is the same. */
const DISABLED = Type.Object({
  type: Type.Literal('disabled'),
  at: Type.Number(),
  /** Fingerprint of the target. */
  to: Type.String(),
})

export const ENTRY = Type.Union([EPISODE, RELEASE, PENDING, BASELINE, DISABLED])
export type Entry = Static<typeof ENTRY>

/** Each key begins with the UID of an object, so that all entries about it are in one shard and are written together. */
export const KEYS = {
  episode: (podUid: string, container: string) => `${podUid}/episode/${container}`,
  release: (uid: string) => `${uid}/release`,
  pending: (objectUid: string, id: string) => `${objectUid}/pending/${id}`,
  baseline: 'notifier/beginning',
  disabled: (target: string) => `notifier/disabled/${target}`,
} as const

/** Read access to the outbox. */
export interface OutboxView {
  get(key: string): Entry | undefined
  entries(): Iterable<readonly [key: string, entry: Entry]>
}

/** What was reported and what is still to be sent, stored where every replica finds it. */
export interface OutboxStore extends OutboxView {
  /** Reads everything again. */
  load(): Promise<void>
  /** Changes an entry in memory until the next flush; undefined removes it. */
  set(key: string, entry: Entry | undefined): void
  /** Whether another event about an object fits. */
  hasRoom(objectUid: string): boolean
  /** The entries in the shard of an object, which share its space. */
  shardEntries(objectUid: string): Iterable<readonly [key: string, entry: Entry]>
  /** Whether the cluster has an entry as it is here. */
  isWritten(key: string): boolean
  /**
   * Writes as many of the changes as possible; resolves when all are stored. Throws an OutboxConflictError when another
   * replica wrote meanwhile, else the first error.
   */
  flush(): Promise<void>
}

/** Another replica wrote to the outbox: this one must stop sending, and read the outbox again before it resumes. */
export class OutboxConflictError extends Error {
  override readonly name = 'OutboxConflictError'
}
