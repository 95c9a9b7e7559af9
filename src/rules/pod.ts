import type { Pod } from '../model/pod.ts'
import { containerFinding } from './container.ts'
import { containerFacts, type PodFacts } from './container-facts.ts'
import type { Context } from './context.ts'
import type { Finding } from './finding.ts'
import { firstMatch, type Rule } from './rule.ts'
import { type RuleMatch, type Subject, weigh } from './rule-match.ts'
import { scheduling } from './scheduling.ts'
import { volume } from './volume.ts'
import { clock, exitCode, quote } from './words.ts'

/** Why a pod is not there, or no more. Ordered as a pod lives: what came to its end, then what keeps it from starting. */
const POD_RULES: readonly Rule<PodFacts>[] = [evicted, failed, nodeLost, scheduling, volume]

/**
 * All that a pod's own state tells. A pod that is being deleted never speaks against anything, nor does a mirror pod,
 * which no controller made.
 */
export function podFindings(facts: PodFacts, context: Context): Finding[] {
  const { pod } = facts
  if (!counts(pod)) return []
  const subject: Subject = {
    subject: `pod/${pod.name}`,
    podUid: pod.uid,
    container: null,
    who: `Pod ${pod.name}`,
  }
  const draft = firstMatch(POD_RULES, facts, context)
  if (draft !== null) return [weigh(draft, subject, context)]
  if (isOver(pod)) return []
  const containers = containerFacts(facts, context)
    .map((one) => containerFinding(one, context))
    .filter((found) => found !== null)
  const telling = containers.filter(({ rule }) => rule !== 'starting')
  const ready = readiness(facts)
  if (telling.length === 0 && ready !== null && !isStarting(pod)) return [weigh(ready, subject, context)]
  return containers
}

/** Whether a pod counts for anything: it is not being deleted and a controller could have made it. */
export function counts({ deletedAt, owner }: Pod): boolean {
  return deletedAt === null && owner?.kind !== 'Node'
}

/** Failed or succeeded: it will never run again. */
export function isOver({ phase }: Pod): boolean {
  return phase === 'Failed' || phase === 'Succeeded'
}

function isStarting({ containers }: Pod): boolean {
  return containers.length === 0 || containers.some(({ state }) => state.type === 'waiting')
}

/** Reasons with which a node, not the program, ends or refuses a pod: kubelet eviction, shutdown and admission. */
const NODE_REASONS: ReadonlySet<string> = new Set([
  'Evicted',
  'Preempting',
  'Shutdown',
  'NodeShutdown',
  'Terminated',
  'NodeLost',
  'NodeAffinity',
  'UnexpectedAdmissionError',
  'ContainerStatusUnknown',
])
/** Admission by the kubelet: OutOfcpu, OutOfmemory, OutOfpods, OutOf and any extended resource. */
const OUT_OF = /^OutOf/

/** Whether a node ended or refused this pod. */
export function endedByNode({ phase, reason, containers }: Pod): boolean {
  if (phase !== 'Failed') return false
  if (NODE_REASONS.has(reason) || OUT_OF.test(reason)) return true
  const ends = containers.map(({ state }) => (state.type === 'terminated' ? state.reason : ''))
  return reason === '' && ends.length > 0 && ends.every((end) => end === 'ContainerStatusUnknown')
}

/** When a pod came to its end: as its containers' ends or its Ready condition tell. */
export function endedAt({ readySince, containers, createdAt }: Pod): number {
  const ends = containers.map(({ state }) => (state.type === 'terminated' ? state.finishedAt : 0))
  return Math.max(createdAt, readySince, ...ends)
}

/** Evictions of managed pods are judged together (evictions.ts); a bare pod is lost with its first. */
function evicted({ pod }: PodFacts, { owner }: Context): RuleMatch | null {
  if (owner !== 'bare' || !endedByNode(pod)) return null
  const detail = pod.message === '' ? '' : `: ${quote(pod.message)}`
  const what = `was ended or refused by its node, and nothing replaces it${detail}`
  const reason = pod.reason === '' ? 'ContainerStatusUnknown' : pod.reason
  return { rule: 'evicted', reason, what, class: 'fatal', since: endedAt(pod) }
}

function failed({ pod }: PodFacts, { owner }: Context): RuleMatch | null {
  if (owner !== 'bare' || pod.phase !== 'Failed') return null
  const ends = [...pod.initContainers, ...pod.containers].map(({ name, state }) => ({ name, state }))
  const bad = ends.find(({ state }) => state.type === 'terminated' && state.exitCode !== 0)
  const end = bad?.state.type === 'terminated' ? bad.state : null
  const how =
    end === null || bad === undefined
      ? ''
      : `: its container ${bad.name} exited with ${exitCode(end.exitCode, end.reason)}`
  const reason = pod.reason !== '' ? pod.reason : end !== null && end.reason !== '' ? end.reason : 'PodFailed'
  const what = `failed for good, nothing replaces it${how}`
  const isOom = reason === 'OOMKilled'
  const draft: RuleMatch = {
    rule: isOom ? 'oom' : 'pod-failed',
    reason,
    what,
    class: 'fatal',
    since: endedAt(pod),
  }
  return { ...draft, exitCode: end?.exitCode ?? null }
}

function nodeLost({ pod }: PodFacts): RuleMatch | null {
  if (pod.reason !== 'NodeLost' && pod.phase !== 'Unknown') return null
  return {
    rule: 'evicted',
    reason: pod.reason === '' ? null : pod.reason,
    what: 'is on a node that does not answer',
    class: 'progressing',
  }
}

/** Runs and is not ready: which container, or what else, it waits for. */
function readiness({ pod }: PodFacts): RuleMatch | null {
  if (pod.ready || isOver(pod)) return null
  const since = Math.max(pod.createdAt, pod.readySince)
  const waiting = pod.containers.filter(({ ready }) => !ready).map(({ name }) => name)
  if (waiting.length > 0) {
    const what = `runs, but its container ${waiting.join(' and ')} is not ready since ${clock(since)}`
    return { rule: 'not-ready', reason: null, what, since }
  }
  const gate = pod.conditions.find(({ type, status }) => !KUBELET_CONDITIONS.has(type) && status !== 'True')
  if (gate !== undefined)
    return {
      rule: 'not-ready',
      reason: gate.type,
      what: `waits for its readiness gate ${gate.type} since ${clock(since)}`,
      since,
    }
  if (pod.containers.length === 0) return null
  return {
    rule: 'node-not-ready',
    reason: null,
    what: 'is called not ready though its containers are: its node may not answer',
    since,
  }
}

const KUBELET_CONDITIONS: ReadonlySet<string> = new Set([
  'Ready',
  'ContainersReady',
  'Initialized',
  'PodScheduled',
  'PodReadyToStartContainers',
  'DisruptionTarget',
])
