import type { Situation, Step } from './source.ts'

/** Crashes whose pods went while no replica that remembers them was there. */
export function* orphanSteps({ view, ledger }: Pick<Situation, 'view' | 'ledger'>): Iterable<Step> {
  if (!view.settled) return
  for (const [key, entry] of ledger.entries()) {
    if (entry.type !== 'episode' || entry.waiting === null) continue
    const { objectUid } = entry.waiting
    if (view.objects.pods.byUid(objectUid) !== undefined || view.historyOf(objectUid) !== undefined) continue
    yield { objectUid, events: [entry.waiting], entries: [[key, { ...entry, waiting: null }]] }
  }
}
