import type { PodHistory } from '../../model/history.ts'
import type { LabelSelector, Labels, Seconds } from '../../model/meta.ts'
import type { ResourceName } from '../../model/records.ts'
import { matches } from '../../model/selector.ts'
import type { ClusterView } from '../../model/view.ts'
import type { Policy } from '../../rules/policy.ts'
import type { AppEvent } from '../event.ts'
import type { Entry, OutboxView } from '../outbox/entries.ts'

/** What events are derived from: the cluster, with the histories of all pods. */
export interface NotifyView extends ClusterView {
  histories(): Iterable<PodHistory>
  /** Whether all of a resource is known wherever it is watched, also that there is none. */
  isKnown(resource: ResourceName): boolean
}

/** Which workloads and pods are told about. */
export interface Selection {
  /** Empty: all. */
  readonly namespaces: readonly string[]
  /** Over the labels of pods and workloads; empty: all. */
  readonly selector: LabelSelector
}

/** All that deriving needs. It reads nothing else: not the clock, not the network. */
export interface ReconcileInput {
  readonly view: NotifyView
  readonly ledger: OutboxView
  readonly selection: Selection
  /** Begins the ids of events. */
  readonly clusterUid: string
  /** When the notifier first started: what ended before is told only where it still shows. */
  readonly beganAt: Seconds
  readonly now: Seconds
  readonly staleAfterSeconds: number
  /** The server's: what is told as failed is what it answers. */
  readonly policy: Policy
}

/** What is due about one object: the events, and what the ledger must say once they are kept. */
export interface PendingReport {
  readonly objectUid: string
  readonly events: readonly AppEvent[]
  readonly entries: readonly (readonly [key: string, entry: Entry | undefined])[]
}

export function isSelected(
  { namespaces, selector }: Selection,
  object: { readonly namespace: string; readonly labels: Labels },
): boolean {
  if (namespaces.length > 0 && !namespaces.includes(object.namespace)) return false
  return selector.every((requirement) => matches(requirement, object.labels))
}
