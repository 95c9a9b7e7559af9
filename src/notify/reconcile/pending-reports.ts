import type { Entry } from '../outbox/entries.ts'
import { findCrashReports } from './crashes.ts'
import type { PendingReport, ReconcileInput } from './input.ts'
import { findReleaseReports, listReleasableResources } from './releases.ts'
import { findStateReports } from './states.ts'

/**
 * Everything that happened and was not reported: the cluster compared with the outbox, oldest event first. It does not
 * depend on the order of changes, so nothing is lost while no replica watches; a crash is forgotten only with its pod, an
 * hour after the deletion.
 */
export function findPendingReports(input: ReconcileInput): PendingReport[] {
  const reports = [
    ...takeFirstOfContainer([...findCrashReports(input), ...findStateReports(input)]),
    ...findOrphanReports(input),
    ...findReleaseReports(input),
  ]
  return reports.toSorted((one, other) => getTime(one) - getTime(other))
}

function getTime({ events }: PendingReport): number {
  return events[0]?.at ?? 0
}

/** Several reports about one container change the same entry: the others follow when the outbox has the first. */
function* takeFirstOfContainer(reports: readonly PendingReport[]): Iterable<PendingReport> {
  const seen = new Set<string>()
  for (const report of reports) {
    const key = report.entries[0]?.[0] ?? ''
    if (!seen.has(key)) yield report
    seen.add(key)
  }
}

/** Crashes of pods that were deleted while no replica that remembers them was running. */
function* findOrphanReports({
  view,
  outbox,
  selection: { namespaces },
}: ReconcileInput): Iterable<PendingReport> {
  if (!view.watchesWork) return
  for (const [key, entry] of outbox.entries()) {
    if (entry.type !== 'episode' || entry.waiting === null) continue
    const { objectUid, namespace } = entry.waiting
    if (isRemembered(view, objectUid)) continue
    // The settings may exclude the namespace since then.
    const events = namespaces.length === 0 || namespaces.includes(namespace) ? [entry.waiting] : []
    yield { objectUid, events, entries: [[key, { ...entry, waiting: null }]] }
  }
}

/** Keys of episodes and releases whose objects are deleted and forgotten. */
export function* findObsoleteKeys(input: Pick<ReconcileInput, 'view' | 'outbox'>): Iterable<string> {
  for (const [key, entry] of input.outbox.entries())
    if (isObsolete(input.view, key.split('/', 1)[0] ?? '', entry)) yield key
}

function isObsolete(view: ReconcileInput['view'], uid: string, entry: Entry): boolean {
  // An event that is still to be sent outlives its pod.
  if (entry.type === 'episode')
    return entry.waiting === null && view.isKnown('pods') && !isRemembered(view, uid)
  if (entry.type !== 'release') return false
  const resource = listReleasableResources(view.customResources).find((name) => name === entry.resource)
  // The settings do not name this custom resource any more.
  if (resource === undefined) return true
  const obstacle = view.obstacle(resource, entry.namespace)
  // An object that cannot be read may still exist.
  return (obstacle === null || obstacle === 'absent') && view.objects[resource]?.byUid(uid) === undefined
}

function isRemembered(view: ReconcileInput['view'], podUid: string): boolean {
  return view.objects.pods.byUid(podUid) !== undefined || view.histories.byUid(podUid) !== undefined
}
