import type { PodHistory } from '../../model/history.ts'
import type { Seconds } from '../../model/meta.ts'
import type { Policy } from '../../rules/policy.ts'
import { type BaselineEntry, KEYS } from '../outbox/entries.ts'
import type { OutboxStore } from '../outbox/outbox-store.ts'
import { listKnownCrashes } from './crashes.ts'
import { type Releasable, listReleasableResources } from './release-id.ts'
import { listKnownReleases } from './releases.ts'
import { isSelected, type NotifyView, type Selection } from './input.ts'

/** What the notifier looks at, and what it looked at before. */
export interface BaselineInput {
  readonly store: OutboxStore
  readonly view: NotifyView
  readonly selection: Selection
  /** Namespaces that are watched; empty: all. */
  readonly scope: readonly string[]
  readonly now: Seconds
  /** The server's: it decides whether a container that ended has recovered. */
  readonly policy: Policy
}

/**
 * Where the notifier looks for the first time, it takes what is there for told: at the very first start, after the
 * selection or the watched namespaces were changed, and when it may read a kind of workload that it could not. The
 * beginning is written last: who is killed before begins anew. Resolves to when the very first start was; throws what
 * the store throws, and an Error while a part of it cannot be written.
 */
export async function recordBaseline({ store, view, selection, scope, now, policy }: BaselineInput): Promise<Seconds> {
  const before = beginningIn(store)
  const isNew = newcomers(before, selection, scope)
  const resources = listReleasableResources(view.customResources).filter((resource) => view.isKnown(resource))
  const isSame =
    before !== null && JSON.stringify([before.scope, before.selection]) === JSON.stringify([scope, selection])
  if (isSame && resources.every((resource) => before.resources.includes(resource))) return before.at
  const present = [
    ...listKnownReleases(view, isNew.release),
    ...listKnownCrashes({ view, now, policy }, isNew.crash),
  ]
  for (const [key, entry] of present) store.set(key, entry)
  await store.flush()
  if (!present.every(([key]) => store.isWritten(key)))
    throw new Error('the baseline of known crashes and releases cannot be stored yet')
  const at = before?.at ?? now
  const known = [...new Set([...resources, ...(before?.resources ?? [])])]
  const { namespaces, selector } = selection
  const kept = {
    namespaces: [...namespaces],
    selector: selector.map((one) => ({ ...one, values: [...one.values] })),
  }
  store.set(KEYS.beginning, { type: 'beginning', at, scope: [...scope], selection: kept, resources: known })
  await store.flush()
  return at
}

/** What is looked at now and was not before. */
function newcomers(before: BaselineEntry | null, selection: Selection, scope: readonly string[]) {
  const wasSeen = (one: Parameters<typeof isSelected>[1]) =>
    before !== null && isWithin(before.scope, one) && isSelected(before.selection, one)
  return {
    release: ({ record, resource }: Releasable) =>
      isWithin(scope, record) &&
      isSelected(selection, record) &&
      !(wasSeen(record) && before?.resources.includes(resource)),
    crash: (pod: PodHistory) => isWithin(scope, pod) && isSelected(selection, pod) && !wasSeen(pod),
  }
}

function isWithin(scope: readonly string[], { namespace }: { readonly namespace: string }): boolean {
  return scope.length === 0 || scope.includes(namespace)
}

function beginningIn(store: OutboxStore): BaselineEntry | null {
  const entry = store.get(KEYS.beginning)
  return entry?.type === 'beginning' ? entry : null
}
