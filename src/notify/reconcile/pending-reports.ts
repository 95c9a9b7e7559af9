import type { Episode, ReportedRelease } from '../outbox/entries.ts'
import { findCrashReports } from './crashes.ts'
import { findOrphanReports } from './orphans.ts'
import { listReleasableResources } from './release-id.ts'
import { findReleaseReports } from './releases.ts'
import type { NotifyView, ReconcileInput, PendingReport } from './input.ts'
import { findStateReports } from './states.ts'

/**
 * What should have been told and was not: the cluster less the ledger. Nothing depends on which changes were heard in
 * which order, so that nothing is lost while no one listens; a crash is forgotten only with its pod, an hour later.
 */
export function findPendingReports(situation: ReconcileInput): PendingReport[] {
  const steps = [
    ...merged(findCrashReports(situation), findStateReports(situation)),
    ...findOrphanReports(situation),
    ...findReleaseReports(situation),
  ]
  return steps.toSorted((left, right) => at(left) - at(right))
}

function at({ events }: PendingReport): number {
  return events[0]?.at ?? 0
}

/** Of several steps of one container the first is taken now, the others when the ledger knows of it. */
function* merged(crashes: Iterable<PendingReport>, states: Iterable<PendingReport>): Iterable<PendingReport> {
  const seen = new Set<string>()
  for (const step of [...crashes, ...states]) {
    const key = step.entries[0]?.[0] ?? ''
    if (!seen.has(key)) yield step
    seen.add(key)
  }
}

/** Keys of episodes and releases whose objects are gone for good. */
export function* findObsoleteKeys({ view, ledger }: Pick<ReconcileInput, 'view' | 'ledger'>): Iterable<string> {
  for (const [key, entry] of ledger.entries()) {
    const uid = key.split('/', 1)[0] ?? ''
    if (entry.type === 'episode' && isOver(view, uid, entry)) yield key
    if (entry.type === 'release' && isGone(view, entry, uid)) yield key
  }
}

/** What still waits to be told of a pod outlives it. */
function isOver(view: NotifyView, podUid: string, { waiting }: Episode): boolean {
  return (
    waiting === null &&
    view.isKnown('pods') &&
    view.objects.pods.byUid(podUid) === undefined &&
    view.historyOf(podUid) === undefined
  )
}

/** What may not be read any more need not be gone. */
function isGone(view: NotifyView, { resource: plural, namespace }: ReportedRelease, uid: string): boolean {
  const resource = listReleasableResources(view.customResources).find((name) => name === plural)
  // A kind that the settings name no more.
  if (resource === undefined) return true
  const obstacle = view.obstacle(resource, namespace)
  return (obstacle === null || obstacle === 'absent') && view.objects[resource]?.byUid(uid) === undefined
}
