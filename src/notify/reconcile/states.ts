import { adviseIn } from '../../analyze/advice.ts'
import { NamespaceView } from '../../kinds/namespace-view.ts'
import type { Seconds } from '../../model/meta.ts'
import type { ContainerStatus, Pod } from '../../model/pod.ts'
import type { ClusterView } from '../../model/view.ts'
import { type Context, DEFAULT_SCOPE } from '../../rules/context.ts'
import { type Finding, sentence } from '../../rules/finding.ts'
import { podFindings } from '../../rules/pod-findings.ts'
import { type AppEvent, boundAdvice, buildEventId, type LegacyCode } from '../event.ts'
import { KEYS } from '../outbox/entries.ts'
import { type AppIdentity, resolvePodApp } from './app.ts'
import { buildContainerFields, computeDueTime, getEpisode } from './crashes.ts'
import { isSelected, type PendingReport, type ReconcileInput } from './input.ts'
import { resolveStateCode } from './legacy-code.ts'

/** A container of type web that runs for longer without being ready has not booted, seconds. */
const MAX_BOOT_SECONDS = 60

/** Pods that fail without a crash: not scheduled, no image, never ready. Each such state is reported once. */
export function* findStateReports(input: ReconcileInput): Iterable<PendingReport> {
  const namespaces = new Map<string, NamespaceView>()
  const { view, now, staleAfterSeconds } = input
  for (const pod of view.objects.pods.all()) {
    if (pod.ready || pod.deletedAt !== null || !isSelected(input.selection, pod)) continue
    const namespace =
      namespaces.get(pod.namespace) ?? new NamespaceView(view, pod.namespace, now, staleAfterSeconds)
    namespaces.set(pod.namespace, namespace)
    yield* findPodReports(input, pod, namespace)
  }
}

/** A failure with a legacy code; container '' is the pod itself. */
interface FailureState extends Readonly<Pick<AppEvent, 'restarts' | 'reason' | 'message'>> {
  readonly code: LegacyCode
  readonly container: string
  readonly since: Seconds
  readonly advice: Pick<AppEvent, 'remedy' | 'next'>
}

function* findPodReports(input: ReconcileInput, pod: Pod, namespace: NamespaceView): Iterable<PendingReport> {
  const owner = pod.owner === null ? 'bare' : pod.owner.kind === 'Job' ? 'job' : 'controller'
  const context: Context = { policy: input.policy, now: input.now, scope: DEFAULT_SCOPE, owner }
  const app = resolvePodApp(pod, input.view)
  const failures = [
    ...podFindings(namespace.gatherFacts(pod), context).map((finding) => toFailure(finding, pod, input.view)),
    ...pod.containers.map((status) => findSlowBoot(status, pod, app, input.now)),
  ]
  for (const failure of failures) {
    const report = failure === null ? null : buildReport(input, app, pod, failure)
    if (report !== null) yield report
  }
}

function toFailure(finding: Finding, pod: Pod, view: ClusterView): FailureState | null {
  const container = finding.container ?? ''
  const status = [...pod.initContainers, ...pod.containers].find(({ name }) => name === container)
  const hasEnded = status !== undefined && (status.last !== null || status.state.type === 'terminated')
  const code = resolveStateCode(finding.rule, finding.reached, hasEnded)
  if (code === null) return null
  const since = finding.since ?? pod.createdAt
  const restarts = status?.restarts ?? 0
  const advice = boundAdvice(adviseIn({ namespace: pod.namespace, view })(finding))
  return { code, container, restarts, since, reason: finding.reason, message: sentence(finding), advice }
}

function findSlowBoot(
  { name, ready, restarts, state }: ContainerStatus,
  pod: Pod,
  { dynoType }: AppIdentity,
  now: Seconds,
): FailureState | null {
  if (ready || state.type !== 'running' || pod.phase !== 'Running' || dynoType !== 'web') return null
  const since = state.startedAt + MAX_BOOT_SECONDS
  if (now <= since) return null
  const message = `Container ${name} of pod ${pod.name} has been running for more than ${MAX_BOOT_SECONDS} s and is not ready.`
  return { code: 'H20', container: name, restarts, since, reason: null, message, advice: {} }
}

function buildReport(
  { outbox, clusterUid, now }: ReconcileInput,
  app: AppIdentity,
  pod: Pod,
  { code, container, restarts, since, reason, message, advice }: FailureState,
): PendingReport | null {
  const before = getEpisode(outbox, pod.uid, container)
  const reported = before.states.find((state) => state.code === code)
  // A state may come back with each start of the container: then it is reported as rarely as crashes are.
  if (reported !== undefined && (reported.restarts === restarts || now < computeDueTime(reported)))
    return null
  const id = buildEventId(clusterUid, pod.uid, container, restarts, code)
  const event: AppEvent = {
    ...buildContainerFields(app, pod, container),
    ...{ id, kind: 'crashed', at: since, restarts, count: 1, code, reason, message },
    ...advice,
  }
  const state = { code, restarts, tellings: (reported?.tellings ?? 0) + 1, toldAt: now }
  const entry = { ...before, states: [...before.states.filter((other) => other !== reported), state] }
  return { objectUid: pod.uid, events: [event], entries: [[KEYS.episode(pod.uid, container), entry]] }
}
