import type { Situation, Step } from './source.ts'

/** Crashes whose pods went while no replica that remembers them was there. */
export function* orphanSteps({
  view,
  ledger,
  selection: { namespaces },
}: Pick<Situation, 'view' | 'ledger' | 'selection'>): Iterable<Step> {
  if (!view.watchesWork) return
  for (const [key, entry] of ledger.entries()) {
    if (entry.type !== 'episode' || entry.waiting === null) continue
    const { objectUid, namespace } = entry.waiting
    if (view.objects.pods.byUid(objectUid) !== undefined || view.histories.byUid(objectUid) !== undefined)
      continue
    // Not of interest any more since the settings were changed.
    const events = namespaces.length === 0 || namespaces.includes(namespace) ? [entry.waiting] : []
    yield { objectUid, events, entries: [[key, { ...entry, waiting: null }]] }
  }
}
