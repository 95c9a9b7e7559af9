import { createHash } from 'node:crypto'
import { type Static, Type } from 'typebox'

export const EVENT_KINDS = ['crashed', 'recovered', 'released', 'release-failed'] as const
export type EventKind = (typeof EVENT_KINDS)[number]

/** The codes of apps-watcher, with its words for them. */
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

const nullable = <T extends ReturnType<typeof Type.String> | ReturnType<typeof Type.Number>>(type: T) =>
  Type.Union([type, Type.Null()])

/** What happened to an app. Kept in the cluster until every target has it, so the schema is also that of the ledger. */
export const APP_EVENT = Type.Object({
  /** The same for the same happening, whoever derives it: receivers drop repeats by it. */
  id: Type.String(),
  kind: Type.Enum([...EVENT_KINDS]),
  /** When it happened, seconds since the epoch. */
  at: Type.Number(),
  namespace: Type.String(),
  /** The label akkeris.io/app-name, else the name of the outermost owner. */
  app: Type.String(),
  /** It carries the label, and for releases akkeris.io/release-uuid: the legacy format tells of no other. */
  legacy: Type.Boolean(),
  /** Of the outermost owner, e.g. Deployment. */
  workload: Type.Object({ kind: Type.String(), name: Type.String() }),
  /** akkeris.io/dyno-type. */
  dynoType: Type.String(),
  /** UID of the pod or of the workload. */
  objectUid: Type.String(),
  pod: nullable(Type.String()),
  /** The pod's name less its owner's: 389233991.aed11. */
  dyno: nullable(Type.String()),
  container: nullable(Type.String()),
  /** restartCount. */
  restarts: Type.Number(),
  /** Crashes that this event stands for: those since the last one that was told of this container. */
  count: Type.Number(),
  code: Type.Union([Type.Enum(['R14', 'H8', 'H9', 'H10', 'H20', 'H98', 'H99', 'H0']), Type.Null()]),
  /** As Kubernetes words it. */
  reason: nullable(Type.String()),
  exitCode: nullable(Type.Number()),
  message: Type.String(),
  /** The release: akkeris.io/release-uuid, else the revision. */
  release: nullable(Type.String()),
  image: nullable(Type.String()),
})
export type AppEvent = Static<typeof APP_EVENT>

/** 128 bits: no two events of a cluster share them by chance. */
const ID_LENGTH = 32

/** Deterministic, so that two replicas, or one that was killed and its successor, name one happening alike. */
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

/** Events of one app are told in order. */
export function getOrderKey({ namespace, app }: AppEvent): string {
  return `${namespace}/${app}`
}
