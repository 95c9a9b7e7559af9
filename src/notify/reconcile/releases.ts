import { analyzeRollout } from '../../analyze/rollout.ts'
import { plainQuestion } from '../../question/question.ts'
import { type AppEvent, buildEventId } from '../event.ts'
import { KEYS, type ReportedRelease, getRelease } from '../outbox/entries.ts'
import { resolveWorkloadApp, RELEASE_UUID } from './app.ts'
import { type Releasable, listReleasables } from './release-id.ts'
import { isSelected, type NotifyView, type ReconcileInput, type PendingReport } from './input.ts'

/** Releases that came through or failed and were not told. Only workloads with something untold are judged. */
export function* findReleaseReports(situation: ReconcileInput): Iterable<PendingReport> {
  for (const workload of listReleasables(situation.view)) {
    const { record, id, complete, generation } = workload
    if (id === '' || record.deletedAt !== null || !isSelected(situation.selection, record)) continue
    const known = getRelease(situation.ledger, record.uid)
    if (known !== undefined && generation < known.generation) continue
    if (known?.id === id && known.outcome === 'released') continue
    if (complete) yield buildStep(situation, workload, 'released', `${name(workload)} was released.`)
    else if (known?.id !== id) yield* failure(situation, workload)
  }
}

/** Where one just began to look: what was released by then is not told, nor when it is complete again. */
export function* listKnownReleases(view: NotifyView, isNew: (workload: Releasable) => boolean) {
  for (const workload of listReleasables(view)) {
    const { record, id, finished } = workload
    if (finished && id !== '' && isNew(workload))
      yield [KEYS.release(record.uid), buildEntry(workload, 'released')] as const
  }
}

function buildEntry({ record, resource, id, generation }: Releasable, outcome: ReportedRelease['outcome']): ReportedRelease {
  const { namespace } = record
  return { type: 'release', resource, namespace, id, generation, outcome }
}

function* failure(situation: ReconcileInput, workload: Releasable): Iterable<PendingReport> {
  const { record, kind } = workload
  const { view, now, staleAfterSeconds, policy } = situation
  const target = { type: 'object', kind, name: record.name } as const
  const question = { ...plainQuestion(record.namespace, target), onStale: 'unknown' } as const
  const { answer } = analyzeRollout(view, question, now, staleAfterSeconds, policy)
  if (answer.verdict === 'fail') yield buildStep(situation, workload, 'failed', answer.message, answer.reason)
}

function name({ apiKind, record }: Releasable): string {
  return `${apiKind} ${record.name}`
}

function buildStep(
  { clusterUid, now }: ReconcileInput,
  workload: Releasable,
  outcome: ReportedRelease['outcome'],
  message: string,
  reason: string | null = null,
): PendingReport {
  const { record, apiKind, id, generation } = workload
  const app = resolveWorkloadApp(record, apiKind)
  const kind = outcome === 'released' ? 'released' : 'release-failed'
  const event: AppEvent = {
    // A StatefulSet or Rollout that goes back is at an id that was told before: that is another event.
    id: buildEventId(clusterUid, record.uid, '', `${id}@${generation}`, kind),
    kind,
    at: now,
    namespace: app.namespace,
    app: app.app,
    legacy: app.labelled && apiKind === 'Deployment' && record.labels[RELEASE_UUID] !== undefined,
    workload: app.workload,
    dynoType: app.dynoType,
    objectUid: record.uid,
    pod: null,
    dyno: null,
    container: null,
    restarts: 0,
    count: 1,
    code: null,
    reason,
    exitCode: null,
    message,
    release: id,
    image: null,
  }
  return {
    objectUid: record.uid,
    events: [event],
    entries: [[KEYS.release(record.uid), buildEntry(workload, outcome)]],
  }
}
