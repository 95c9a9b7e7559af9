import { NamespaceView } from '../../kinds/namespace-view.ts'
import type { Seconds } from '../../model/meta.ts'
import type { ContainerStatus, Pod } from '../../model/pod.ts'
import type { Context } from '../../rules/context.ts'
import { DEFAULT_SCOPE } from '../../rules/context.ts'
import { type Finding, sentence } from '../../rules/finding.ts'
import { podFindings } from '../../rules/pod-findings.ts'
import { type AppEvent, buildEventId, type LegacyCode } from '../event.ts'
import { getEpisode, KEYS } from '../outbox/entries.ts'
import { type AppIdentity, resolvePodApp } from './app.ts'
import { dueAt, NO_EPISODE, ofContainer } from './crashes.ts'
import { resolveStateCode } from './legacy-code.ts'
import { isSelected, type ReconcileInput, type PendingReport } from './input.ts'

/** A web dyno that runs for longer than this and is not ready has not booted, seconds. */
const BOOT_SECONDS = 60

/** Pods that are in trouble without any crash: not scheduled, no image, never ready. Each such state is told once. */
export function* findStateReports(situation: ReconcileInput): Iterable<PendingReport> {
  const readers = new Map<string, NamespaceView>()
  for (const pod of situation.view.objects.pods.all()) {
    if (pod.ready || pod.deletedAt !== null || !isSelected(situation.selection, pod)) continue
    const { view, now, staleAfterSeconds } = situation
    const reader =
      readers.get(pod.namespace) ?? new NamespaceView(view, pod.namespace, now, staleAfterSeconds)
    readers.set(pod.namespace, reader)
    yield* podSteps(situation, pod, reader)
  }
}

interface Trouble {
  readonly code: LegacyCode
  readonly container: string
  readonly restarts: number
  readonly since: Seconds
  readonly reason: string | null
  readonly message: string
}

function* podSteps(situation: ReconcileInput, pod: Pod, reader: NamespaceView): Iterable<PendingReport> {
  const owner = pod.owner === null ? 'bare' : pod.owner.kind === 'Job' ? 'job' : 'controller'
  const context: Context = { policy: situation.policy, now: situation.now, scope: DEFAULT_SCOPE, owner }
  const app = resolvePodApp(pod, situation.view)
  const troubles = [
    ...podFindings(reader.facts(pod), context).map((finding) => toTrouble(finding, pod)),
    ...pod.containers.map((status) => notBooted(status, pod, app, situation.now)),
  ].filter((trouble) => trouble !== null)
  for (const trouble of troubles) {
    const step = buildStep(situation, app, pod, trouble)
    if (step !== null) yield step
  }
}

function toTrouble(finding: Finding, pod: Pod): Trouble | null {
  const container = finding.container ?? ''
  const status = [...pod.initContainers, ...pod.containers].find(({ name }) => name === container)
  const hasEnded = status !== undefined && (status.last !== null || status.state.type === 'terminated')
  const code = resolveStateCode(finding.rule, finding.reached, hasEnded)
  if (code === null) return null
  const since = finding.since ?? pod.createdAt
  const restarts = status?.restarts ?? 0
  return { code, container, restarts, since, reason: finding.reason, message: sentence(finding) }
}

function notBooted(
  { name, ready, restarts, state }: ContainerStatus,
  pod: Pod,
  { dynoType }: AppIdentity,
  now: Seconds,
): Trouble | null {
  if (ready || state.type !== 'running' || pod.phase !== 'Running' || dynoType !== 'web') return null
  const since = state.startedAt + BOOT_SECONDS
  if (now <= since) return null
  const message = `Container ${name} of pod ${pod.name} has been running for more than ${BOOT_SECONDS} s and is not ready.`
  return { code: 'H20', container: name, restarts, since, reason: null, message }
}

function buildStep(
  { ledger, clusterUid, now }: ReconcileInput,
  app: AppIdentity,
  pod: Pod,
  trouble: Trouble,
): PendingReport | null {
  const { code, container, restarts } = trouble
  const before = getEpisode(ledger, pod.uid, container) ?? NO_EPISODE
  const told = before.states.find((state) => state.code === code)
  // As often as a container is started anew, as often it comes here again: told as seldom as crashes are.
  if (told !== undefined && (told.restarts === restarts || now < dueAt(told))) return null
  const event: AppEvent = {
    id: buildEventId(clusterUid, pod.uid, container, restarts, code),
    kind: 'crashed',
    at: trouble.since,
    ...ofContainer(app, pod, container),
    restarts,
    count: 1,
    code,
    reason: trouble.reason,
    exitCode: null,
    message: trouble.message,
  }
  const state = { code, restarts, tellings: (told?.tellings ?? 0) + 1, toldAt: now }
  const entry = { ...before, states: [...before.states.filter((other) => other !== told), state] }
  return { objectUid: pod.uid, events: [event], entries: [[KEYS.episode(pod.uid, container), entry]] }
}
