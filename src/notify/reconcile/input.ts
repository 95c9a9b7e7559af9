import type { LabelSelector, Labels, Seconds } from '../../model/meta.ts'
import type { ResourceName } from '../../model/records.ts'
import { matches } from '../../model/selector.ts'
import type { ClusterView } from '../../model/view.ts'
import type { Policy } from '../../rules/policy.ts'
import type { AppEvent } from '../event.ts'
import type { Entry, OutboxView } from '../outbox/entries.ts'

/** The cluster, with what is known of its watches. */
export interface NotifyView extends ClusterView {
  /** Whether every watch of a resource works, so that a missing object does not exist. */
  isKnown(resource: ResourceName): boolean
}

/** The workloads and pods to report about. */
export interface Selection {
  /** Empty: all. */
  readonly namespaces: readonly string[]
  /** Matches the labels of pods and workloads; empty: all. */
  readonly selector: LabelSelector
}

/** Everything that decides which reports are pending. */
export interface ReconcileInput {
  readonly view: NotifyView
  readonly outbox: OutboxView
  readonly selection: Selection
  /** Part of every event ID. */
  readonly clusterUid: string
  /** When the notifier first started: crashes that ended before are reported only while the container is unstable. */
  readonly baselineAt: Seconds
  readonly now: Seconds
  readonly staleAfterSeconds: number
  /** The policy of the server: the notifier reports a failure when the server answers one. */
  readonly policy: Policy
}

/** The events to report about one object, and the outbox entries to write together with them. */
export interface PendingReport {
  readonly objectUid: string
  readonly events: readonly AppEvent[]
  readonly entries: readonly (readonly [key: string, entry: Entry])[]
}

export function isSelected(
  { namespaces, selector }: Selection,
  object: { readonly namespace: string; readonly labels: Labels },
): boolean {
  if (namespaces.length > 0 && !namespaces.includes(object.namespace)) return false
  return selector.every((requirement) => matches(requirement, object.labels))
}
