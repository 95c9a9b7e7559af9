import type { PodHistory } from '../../model/history.ts'
import type { Seconds } from '../../model/meta.ts'
import { type BaselineEntry, KEYS, type OutboxStore } from '../outbox/entries.ts'
import { listKnownCrashes } from './crashes.ts'
import { isSelected, type ReconcileInput, type Selection } from './input.ts'
import { listKnownReleases, listReleasableResources, type ReleasableWorkload } from './releases.ts'

export interface BaselineInput extends Pick<ReconcileInput, 'view' | 'selection' | 'now' | 'policy'> {
  readonly store: OutboxStore
  /** Watched namespaces; empty: all. */
  readonly scope: readonly string[]
}

/**
 * Records what exists as known wherever the notifier watches for the first time: at its very first start, after a change
 * of the selection or of the watched namespaces, and when it can read a kind of workload that it could not read before.
 * Writes the baseline entry last: a notifier that is killed before starts over. Resolves with the time of the very first
 * start. Throws the errors of the store, and an Error while a part cannot be written.
 */
export async function recordBaseline(input: BaselineInput): Promise<Seconds> {
  const { store, view, selection, scope, now } = input
  const entry = store.get(KEYS.baseline)
  const before = entry?.type === 'beginning' ? entry : null
  const resources = listReleasableResources(view.customResources).filter((resource) => view.isKnown(resource))
  const isSame =
    before !== null && JSON.stringify([before.scope, before.selection]) === JSON.stringify([scope, selection])
  if (isSame && resources.every((resource) => before.resources.includes(resource))) return before.at
  const isNew = buildFilters(before, selection, scope)
  const known = [...listKnownReleases(view, isNew.release), ...listKnownCrashes(input, isNew.crash)]
  for (const [key, entry] of known) store.set(key, entry)
  await store.flush()
  if (!known.every(([key]) => store.isWritten(key)))
    throw new Error('the baseline of known crashes and releases cannot be stored yet')
  const at = before?.at ?? now
  const readable = [...new Set([...resources, ...(before?.resources ?? [])])]
  store.set(KEYS.baseline, { type: 'beginning', at, scope, selection, resources: readable })
  await store.flush()
  return at
}

/** What is watched now and was not watched before. */
function buildFilters(before: BaselineEntry | null, selection: Selection, scope: readonly string[]) {
  const isWatched = (object: Parameters<typeof isSelected>[1]) =>
    isWithin(scope, object) && isSelected(selection, object)
  const wasWatched = (object: Parameters<typeof isSelected>[1]) =>
    before !== null && isWithin(before.scope, object) && isSelected(before.selection, object)
  return {
    release: ({ record, resource }: ReleasableWorkload) =>
      isWatched(record) && !(wasWatched(record) && before?.resources.includes(resource)),
    crash: (pod: PodHistory) => isWatched(pod) && !wasWatched(pod),
  }
}

function isWithin(scope: readonly string[], { namespace }: { readonly namespace: string }): boolean {
  return scope.length === 0 || scope.includes(namespace)
}
