import type { ReconcileInput, PendingReport } from './input.ts'

/** Crashes whose pods went while no replica that remembers them was there. */
export function* findOrphanReports({
  view,
  ledger,
  selection: { namespaces },
}: Pick<ReconcileInput, 'view' | 'ledger' | 'selection'>): Iterable<PendingReport> {
  if (!view.settled) return
  for (const [key, entry] of ledger.entries()) {
    if (entry.type !== 'episode' || entry.waiting === null) continue
    const { objectUid, namespace } = entry.waiting
    if (view.objects.pods.byUid(objectUid) !== undefined || view.historyOf(objectUid) !== undefined) continue
    // Not of interest any more since the settings were changed.
    const events = namespaces.length === 0 || namespaces.includes(namespace) ? [entry.waiting] : []
    yield { objectUid, events, entries: [[key, { ...entry, waiting: null }]] }
  }
}
