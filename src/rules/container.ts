import { RESTARTING_ALL } from '../model/history.ts'
import { listContainers } from '../model/pod.ts'
import type { ContainerFacts } from './container-facts.ts'
import type { Context } from './context.ts'
import { isUnstable, stableAt } from './crash.ts'
import type { CheckedRule, Match, Rule } from './rule.ts'
import { clock, exitCode, quote, sinceWhen } from './words.ts'

/** Also for pods: see scheduling.ts. */
export const UNKNOWN = {
  id: 'unknown-reason',
  class: 'progressing',
  code: null,
  texts: {
    matches: ['any reason that no rule knows'],
    cause: 'A newer Kubernetes, or another kubelet or scheduler, gives a reason that Lynceus does not know.',
    remedy:
      'Read the message, and report the reason so that it gets a rule. `lynceus_findings_unknown_reason_total` counts such findings.',
  },
} as const satisfies Rule

const RESTART_EVIDENCE = {
  id: 'restart-evidence',
  class: 'progressing',
  code: null,
  texts: {
    matches: ['a container that exited since the baseline and was restarted a moment ago'],
    cause: 'Without a readiness probe a container is ready between two crashes too.',
    remedy: 'Wait. A readiness probe makes the wait shorter.',
  },
  next: 'last-log',
  check: restarted,
} as const satisfies CheckedRule<ContainerFacts>

const WAITS_FOR_INIT = {
  id: 'waits-for-init',
  class: 'progressing',
  code: null,
  texts: {
    matches: ['PodInitializing while an init container or a sidecar of the pod runs'],
    cause:
      'The containers of the pod start only after its init containers have ended, and after its sidecars have passed their startup probes.',
    remedy: 'Read the log of the init container or sidecar that the message names.',
  },
  next: 'log',
  check: waitsForInit,
} as const satisfies CheckedRule<ContainerFacts>

const STARTING = {
  id: 'starting',
  class: 'progressing',
  code: null,
  texts: {
    matches: ['ContainerCreating', 'PodInitializing', RESTARTING_ALL, 'a waiting container without a reason'],
    cause: 'The container is starting: volumes, network, image, init containers.',
    remedy: 'Wait.',
  },
  explainsNothing: true,
  check: starting,
} as const satisfies CheckedRule<ContainerFacts>

export const UNKNOWN_RULES = [UNKNOWN] as const
export const RESTART_RULES = [RESTART_EVIDENCE] as const
export const STARTING_RULES = [WAITS_FOR_INIT, STARTING] as const

/** What a waiting container waits for; checked when no other rule matches it. */
export const ON_ITS_WAY_CHECKS = [
  WAITS_FOR_INIT,
  STARTING,
  { ...UNKNOWN, check: waitsForUnknown },
] as const satisfies readonly CheckedRule<ContainerFacts>[]

const BACK_OFF = 'CrashLoopBackOff'

/** Reasons of a container that is simply starting. The empty one is there before the kubelet reports any. */
const ON_ITS_WAY: ReadonlySet<string> = new Set([
  'ContainerCreating',
  'PodInitializing',
  '',
  // Its crashes were before the baseline, else a rule about crashes matches first.
  BACK_OFF,
  RESTARTING_ALL,
])

/** Names what the pod waits for: the kubelet starts one after the other, so it is the last that runs. */
function waitsForInit({ pod, status, events }: ContainerFacts, { now }: Context): Match | null {
  const { state } = status
  if (state.type !== 'waiting' || state.reason !== 'PodInitializing') return null
  const running = listContainers(pod).filter(
    ({ kind, status: { name, state: other } }) =>
      kind !== 'app' && name !== status.name && other.type === 'running',
  )
  const awaited = running.at(-1)
  if (awaited?.status.state.type !== 'running') return null
  const { name, state: itsState } = awaited.status
  const role = awaited.kind === 'sidecar' ? 'sidecar' : 'init container'
  const [probe] = events
    .filter(({ reason, fieldPath }) => reason === 'Unhealthy' && fieldPath.endsWith(`{${name}}`))
    .toSorted((left, right) => right.lastSeen - left.lastSeen)
  const detail = probe === undefined ? '' : `: ${quote(probe.message)}`
  const began = awaited.kind === 'sidecar' ? 'runs but has not started' : 'still runs'
  const what = `waits for ${role} ${name}, which ${began}${sinceWhen(itsState.startedAt, now)}${detail}`
  return { reason: state.reason, what, since: itsState.startedAt }
}

const STARTING_TEXTS: ReadonlyMap<string, string> = new Map([
  [BACK_OFF, 'waits for its next start'],
  [RESTARTING_ALL, 'is restarted with all containers of its pod'],
])

function starting({ status: { state, last } }: ContainerFacts): Match | null {
  if (state.type !== 'waiting' || !ON_ITS_WAY.has(state.reason)) return null
  const after =
    state.reason === BACK_OFF && last !== null ? ` after exit ${exitCode(last.exitCode, last.reason)}` : ''
  const what = `${STARTING_TEXTS.get(state.reason) ?? 'is starting'}${after}`
  return { reason: state.reason === '' ? null : state.reason, what }
}

function waitsForUnknown({ status: { state } }: ContainerFacts): Match | null {
  if (state.type !== 'waiting') return null
  const detail = state.message === '' ? '' : `: ${quote(state.message)}`
  const what = `waits for a reason that no rule knows, ${state.reason}${detail}`
  return { reason: state.reason, what }
}

/**
 * A container that crashed a moment ago and runs again has not failed, but is not good either: it must run for a while.
 */
function restarted(facts: ContainerFacts, context: Context): Match | null {
  const { state } = facts.status
  if (state.type !== 'running' || !isUnstable(facts, context)) return null
  const until = stableAt(facts, context)
  const end = facts.lastCrash
  const after = end === null ? '' : ` after exit ${exitCode(end.exitCode, end.reason)}`
  const restartedAt = clock(state.startedAt, context.now)
  const what = `restarted at ${restartedAt}${after}; counted as stable from ${clock(until, context.now)}`
  return {
    reason: end === null || end.reason === '' ? null : end.reason,
    what,
    since: facts.crashes[0]?.at ?? null,
    changesAt: until,
    restarts: facts.restarts,
    exitCode: end?.exitCode ?? null,
  }
}
