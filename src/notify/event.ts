import { createHash } from 'node:crypto'
import { type Static, Type } from 'typebox'
import type { Advice } from '../analyze/advice.ts'
import { truncateBytes } from '../lib/text.ts'

export const EVENT_KINDS = ['crashed', 'recovered', 'released', 'release-failed'] as const
export type EventKind = (typeof EVENT_KINDS)[number]

/** The codes of apps-watcher and its descriptions of them. */
export const LEGACY_CODES = {
  R14: 'Memory quota exceeded',
  H8: 'App exited prematurely',
  H9: 'App did not startup',
  H10: 'App crashed',
  H20: 'App boot timeout',
  H98: 'Platform limit error',
  H99: 'Platform error',
  H0: 'Unknown error',
} as const
export type LegacyCode = keyof typeof LEGACY_CODES

const STRING_OR_NULL = Type.Union([Type.String(), Type.Null()])

/** What happened to an app. The outbox stores events in this form: never rename a field. */
export const APP_EVENT = Type.Object({
  /** Every replica computes the same ID for the same incident: receivers drop repeats by it. */
  id: Type.String(),
  kind: Type.Enum([...EVENT_KINDS]),
  /** When it happened, seconds since the epoch. */
  at: Type.Number(),
  namespace: Type.String(),
  /** The label akkeris.io/app-name, else the name of the outermost owner. */
  app: Type.String(),
  /** The object has the labels that apps-watcher required: the legacy format reports only such events. */
  legacy: Type.Boolean(),
  /** The outermost owner; kind is e.g. Deployment. */
  workload: Type.Object({ kind: Type.String(), name: Type.String() }),
  /** The label akkeris.io/dyno-type. */
  dynoType: Type.String(),
  /** UID of the pod or of the workload. */
  objectUid: Type.String(),
  pod: STRING_OR_NULL,
  /** Name of the pod without the name of its owner: 389233991.aed11. */
  dyno: STRING_OR_NULL,
  container: STRING_OR_NULL,
  /** restartCount. */
  restarts: Type.Number(),
  /** Number of crashes in this event: those since the previous event about this container. */
  count: Type.Number(),
  code: Type.Union([Type.Enum(['R14', 'H8', 'H9', 'H10', 'H20', 'H98', 'H99', 'H0']), Type.Null()]),
  /** In the words of Kubernetes. */
  reason: STRING_OR_NULL,
  exitCode: Type.Union([Type.Number(), Type.Null()]),
  message: Type.String(),
  /** The release: akkeris.io/release-uuid, else the revision. */
  release: STRING_OR_NULL,
  image: STRING_OR_NULL,
  /** What to do about it, in plain text. Absent in events of older versions, like `next`. */
  remedy: Type.Optional(STRING_OR_NULL),
  /** A command that shows more. */
  next: Type.Optional(STRING_OR_NULL),
  /** Name of the cluster; absent where it has none. */
  cluster: Type.Optional(Type.String()),
})
export type AppEvent = Static<typeof APP_EVENT>

/** The fields that an event has only of some kinds, without values. */
export const NO_DETAILS = {
  pod: null,
  dyno: null,
  container: null,
  restarts: 0,
  count: 0,
  code: null,
  reason: null,
  exitCode: null,
  release: null,
  image: null,
} as const satisfies Partial<AppEvent>

/** Longest remedy, bytes: each event is stored with its own. */
const MAX_REMEDY_BYTES = 400
/** Longest command, bytes; Kubernetes allows names of 253, which hardly anything has. A cut command would be another one. */
const MAX_NEXT_BYTES = 400

/** The advice as an event carries it. */
export function boundAdvice({ remedy, next }: Advice): Pick<AppEvent, 'remedy' | 'next'> {
  return {
    remedy: remedy === null ? null : truncateBytes(remedy, MAX_REMEDY_BYTES),
    next: next === null || Buffer.byteLength(next) > MAX_NEXT_BYTES ? null : next,
  }
}

/** 128 bits: no two events of a cluster share them by chance. */
const ID_LENGTH = 32

/** Deterministic, so that two replicas, or one that was killed and its successor, give an incident the same ID. */
export function buildEventId(
  cluster: string,
  objectUid: string,
  container: string,
  restart: number | string,
  reason: string,
): string {
  const parts = JSON.stringify([cluster, objectUid, container, restart, reason])
  return createHash('sha256').update(parts).digest('hex').slice(0, ID_LENGTH)
}
