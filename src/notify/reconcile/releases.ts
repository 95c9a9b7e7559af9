import { decidingAdvice } from '../../analyze/advice.ts'
import type { Answer } from '../../analyze/answer-schema.ts'
import { analyzeRollout } from '../../analyze/rollout.ts'
import type { Releasable } from '../../kinds/descriptor.ts'
import { type Kind, listKinds } from '../../kinds/index.ts'
import type { CustomResource, ResourceName } from '../../model/records.ts'
import type { ClusterView } from '../../model/view.ts'
import { plainQuestion } from '../../question/question.ts'
import { boundAdvice, buildEventId, NO_DETAILS } from '../event.ts'
import { KEYS, type ReportedRelease } from '../outbox/entries.ts'
import { RELEASE_UUID, resolveApp } from './app.ts'
import { isSelected, type NotifyView, type PendingReport, type ReconcileInput } from './input.ts'

export interface ReleasableWorkload extends Releasable {
  readonly kind: Kind
  /** The kind as Kubernetes writes it: Deployment. */
  readonly apiKind: string
  readonly resource: ResourceName
}

/** The resources whose objects are released. */
export function listReleasableResources(customResources: readonly CustomResource[]): ResourceName[] {
  return listKinds(customResources)
    .filter(({ isReleased }) => isReleased)
    .map(({ resource }) => resource.name)
}

function* listReleasables({
  objects,
  customResources,
}: Pick<ClusterView, 'objects' | 'customResources'>): Iterable<ReleasableWorkload> {
  for (const { kind, resource, releasables } of listKinds(customResources))
    for (const state of releasables(objects))
      yield { ...state, kind, apiKind: resource.kind, resource: resource.name }
}

/** Completed and failed releases that were not reported. It judges only workloads with an unreported release. */
export function* findReleaseReports(input: ReconcileInput): Iterable<PendingReport> {
  for (const workload of listReleasables(input.view)) {
    const { record, id, complete, generation, apiKind } = workload
    if (id === '' || record.deletedAt !== null || !isSelected(input.selection, record)) continue
    const entry = input.outbox.get(KEYS.release(record.uid))
    const reported = entry?.type === 'release' ? entry : undefined
    if (reported !== undefined && generation < reported.generation) continue
    if (reported?.id === id && reported.outcome === 'released') continue
    if (complete)
      yield buildReport(input, workload, 'released', {
        ...{ message: `${apiKind} ${record.name} was released.`, reason: null, verdict: 'pass' },
      })
    else if (reported?.id !== id) yield* findFailure(input, workload)
  }
}

/** Releases that the baseline counts as known: they are not reported when they are complete again either. */
export function* listKnownReleases(view: NotifyView, isNew: (workload: ReleasableWorkload) => boolean) {
  for (const workload of listReleasables(view)) {
    const { record, id, finished } = workload
    if (finished && id !== '' && isNew(workload))
      yield [KEYS.release(record.uid), buildEntry(workload, 'released')] as const
  }
}

function* findFailure(input: ReconcileInput, workload: ReleasableWorkload): Iterable<PendingReport> {
  const { record, kind } = workload
  const { view, now, staleAfterSeconds, policy } = input
  const target = { type: 'object', kind, name: record.name } as const
  const question = { ...plainQuestion(record.namespace, target), onStale: 'unknown', detail: 'full' } as const
  const { answer } = analyzeRollout(view, question, now, staleAfterSeconds, policy)
  if (answer.verdict === 'fail') yield buildReport(input, workload, 'failed', answer)
}

function buildReport(
  { clusterUid, now }: ReconcileInput,
  workload: ReleasableWorkload,
  outcome: ReportedRelease['outcome'],
  answer: Pick<Answer, 'verdict' | 'message' | 'reason' | 'findings'>,
): PendingReport {
  const { record, apiKind, id: release, generation } = workload
  const app = resolveApp(record, { kind: apiKind, name: record.name })
  const legacy = app.legacy && apiKind === 'Deployment' && record.labels[RELEASE_UUID] !== undefined
  const kind = outcome === 'released' ? 'released' : 'release-failed'
  // A StatefulSet or Rollout that is rolled back has the ID of an earlier release: the generation makes it another event.
  const id = buildEventId(clusterUid, record.uid, '', `${release}@${generation}`, kind)
  const facts = {
    id,
    kind,
    at: now,
    legacy,
    objectUid: record.uid,
    count: 1,
    reason: answer.reason,
    message: answer.message,
    release,
    ...boundAdvice(decidingAdvice(answer)),
  } as const
  return {
    objectUid: record.uid,
    events: [{ ...NO_DETAILS, ...app, ...facts }],
    entries: [[KEYS.release(record.uid), buildEntry(workload, outcome)]],
  }
}

function buildEntry(
  { record, resource, id, generation }: ReleasableWorkload,
  outcome: ReportedRelease['outcome'],
): ReportedRelease {
  return { type: 'release', resource, namespace: record.namespace, id, generation, outcome }
}
