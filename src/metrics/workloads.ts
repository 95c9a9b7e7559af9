import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Answer } from '../analyze/answer-schema.ts'
import { analyzeRollout } from '../analyze/rollout.ts'
import type { ClusterCache } from '../cache/cluster-cache.ts'
import { findOwnerKind, type Kind, listKinds } from '../kinds/index.ts'
import { listPodOwners } from '../kinds/owned.ts'
import type { Meta, Seconds } from '../model/meta.ts'
import { plainQuestion } from '../question/question.ts'
import { isCrash } from '../rules/crash-accounting.ts'
import type { Policy } from '../rules/policy.ts'
import { PREFIX } from './registry.ts'
import type { UnknownReasons } from './unknown-reasons.ts'

/** Longest run of judging before the event loop gets its turn, ms. */
const SLICE_MS = 8

/** The families of series that this file writes, as it takes no metric of the library: it renders the text itself. */
export const WORKLOAD_FAMILIES = {
  verdict: {
    name: `${PREFIX}workload_verdict`,
    type: 'gauge',
    help: 'Always 1; the label says the present verdict.',
    labelNames: ['namespace', 'kind', 'name', 'verdict'],
  },
  pods: {
    name: `${PREFIX}workload_pods`,
    type: 'gauge',
    help: 'Pods of the current revision: desired, present, ready, failing.',
    labelNames: ['namespace', 'kind', 'name', 'state'],
  },
  crashes: {
    name: `${PREFIX}workload_crashes_total`,
    type: 'counter',
    help: 'Crashes of containers since Lynceus began to watch, by code.',
    labelNames: ['namespace', 'kind', 'name', 'code'],
  },
  dropped: {
    name: `${PREFIX}workload_series_dropped`,
    type: 'gauge',
    help: 'Workloads without their own series because of the limit (--max-series).',
    labelNames: [],
  },
} as const

type CrashCode = 'process-crashing' | 'resource-limits-exceeded'
const CRASH_CODES: readonly CrashCode[] = ['process-crashing', 'resource-limits-exceeded']

/** The lines of one workload, ready to be sent, until something about it changes. */
interface Series {
  verdict: string
  pods: string
  crashes: string
  /** Crashes ever counted, and as the ledger had them last: it forgets, a counter must not. */
  readonly counted: Record<CrashCode, { total: number; seen: number }>
  recheckAt: Seconds | null
  round: number
}

/**
 * Verdicts, pods and crashes of every workload in the text format. A scrape judges only the workloads that changed since
 * the last one, a few milliseconds at a time, and joins lines that are there already: what it costs depends on what
 * happened, not on the cluster's size.
 */
export class WorkloadMetrics {
  readonly #cache: ClusterCache
  readonly #now: () => Seconds
  readonly #most: number
  readonly #staleAfterSeconds: number
  readonly #policy: Policy
  readonly #unknownReasons: UnknownReasons
  readonly #series = new Map<string, Series>()
  #round = 0
  /** The watches that were stale or refused when it was last looked. */
  #untrusted = ''
  #judgeAll = false
  #scraping: Promise<string> = Promise.resolve('')

  constructor(
    cache: ClusterCache,
    now: () => Seconds,
    most: number,
    staleAfterSeconds: number,
    policy: Policy,
    unknownReasons: UnknownReasons,
  ) {
    this.#cache = cache
    this.#now = now
    this.#most = most
    this.#staleAfterSeconds = staleAfterSeconds
    this.#policy = policy
    this.#unknownReasons = unknownReasons
  }

  /** All series in the Prometheus text format; scrapes that overlap wait for each other. */
  text(): Promise<string> {
    this.#scraping = this.#scraping.then(
      () => this.#scrape(),
      () => this.#scrape(),
    )
    return this.#scraping
  }

  async #scrape(): Promise<string> {
    this.#round += 1
    const all = this.#trustTurned() || this.#judgeAll
    const touched = all ? null : this.#cache.takeTouched()
    let workloads = 0
    let until = performance.now() + SLICE_MS
    const kinds = listKinds(this.#cache.customResources).filter(({ hasSeries }) => hasSeries)
    for (const { kind, resource } of kinds) {
      for (const object of this.#cache.objects[resource.name]?.all() ?? []) {
        if (this.#isAdopted(object)) continue
        workloads += 1
        if (workloads > this.#most) continue
        this.#refresh(kind, object, touched)
        if (performance.now() < until) continue
        await nextTurn()
        until = performance.now() + SLICE_MS
      }
    }
    // A watch that turned between two slices found some workloads judged before it and some after.
    this.#judgeAll = this.#trustTurned()
    for (const [uid, { round }] of this.#series) if (round !== this.#round) this.#series.delete(uid)
    return this.#exposition(Math.max(0, workloads - this.#most))
  }

  /** Its owner has series that speak for it: a Job of a CronJob has none of its own. */
  #isAdopted({ owner }: Meta): boolean {
    if (owner === null) return false
    const kind = findOwnerKind(owner, this.#cache.customResources)
    return (
      kind?.adopt !== undefined && this.#cache.objects[kind.resource.name]?.byUid(owner.uid) !== undefined
    )
  }

  /** When any watch turns stale, refused or fresh again, any verdict may. */
  #trustTurned(): boolean {
    const untrusted = this.#cache.watchStates.untrusted(this.#now(), this.#staleAfterSeconds)
    const turned = untrusted !== this.#untrusted
    this.#untrusted = untrusted
    return turned
  }

  #refresh(kind: Kind, object: Meta, touched: ReadonlySet<string> | null): void {
    const known = this.#series.get(object.uid)
    if (known !== undefined) {
      known.round = this.#round
      const due = known.recheckAt !== null && known.recheckAt <= this.#now()
      if (!due && touched !== null && !touched.has(object.uid)) return
    }
    const series = known ?? newSeries(this.#round)
    this.#series.set(object.uid, series)
    const question = {
      ...plainQuestion(object.namespace, { type: 'object', kind, name: object.name } as const),
      onStale: 'unknown',
    } as const
    const { answer, recheckAt, unknown } = analyzeRollout(
      this.#cache,
      question,
      this.#now(),
      this.#staleAfterSeconds,
      this.#policy,
    )
    this.#unknownReasons.observe(unknown)
    series.recheckAt = recheckAt
    this.#count(object, series)
    render(
      series,
      `namespace="${escaped(object.namespace)}",kind="${kind}",name="${escaped(object.name)}"`,
      answer,
    )
  }

  /** Adds to the counters what the ledger has more than last time. */
  #count(object: Meta, { counted }: Series): void {
    const present: Record<CrashCode, number> = { 'process-crashing': 0, 'resource-limits-exceeded': 0 }
    for (const uid of listPodOwners(object.uid, this.#cache)) {
      for (const { containers } of this.#cache.historiesOwnedBy(uid)) {
        for (const container of containers) {
          for (const end of container.terminations) {
            if (!isCrash(end, container.kind, undefined, container.restartPolicy)) continue
            present[end.reason === 'OOMKilled' ? 'resource-limits-exceeded' : 'process-crashing'] += end.count
          }
        }
      }
    }
    for (const code of CRASH_CODES) {
      const counter = counted[code]
      counter.total += Math.max(0, present[code] - counter.seen)
      counter.seen = present[code]
    }
  }

  #exposition(dropped: number): string {
    const all = [...this.#series.values()]
    return [
      head(WORKLOAD_FAMILIES.verdict),
      all.map(({ verdict }) => verdict).join(''),
      head(WORKLOAD_FAMILIES.pods),
      all.map(({ pods }) => pods).join(''),
      head(WORKLOAD_FAMILIES.crashes),
      all.map(({ crashes }) => crashes).join(''),
      head(WORKLOAD_FAMILIES.dropped),
      `${WORKLOAD_FAMILIES.dropped.name} ${dropped}\n`,
    ].join('')
  }
}

function newSeries(round: number): Series {
  const counted = {
    'process-crashing': { total: 0, seen: 0 },
    'resource-limits-exceeded': { total: 0, seen: 0 },
  }
  return { verdict: '', pods: '', crashes: '', counted, recheckAt: null, round }
}

function render(
  series: Series,
  labels: string,
  { verdict, desired, pods, readyPods, failingPods }: Answer,
): void {
  const family = WORKLOAD_FAMILIES
  series.verdict = `${family.verdict.name}{${labels},verdict="${verdict}"} 1\n`
  const states = Object.entries({ desired, present: pods, ready: readyPods, failing: failingPods })
  series.pods = states
    .map(([state, count]) => `${family.pods.name}{${labels},state="${state}"} ${count}\n`)
    .join('')
  series.crashes = CRASH_CODES.map(
    (code) => `${family.crashes.name}{${labels},code="${code}"} ${series.counted[code].total}\n`,
  ).join('')
}

function head({ name, type, help }: { name: string; type: string; help: string }): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`
}

/** Names of Kubernetes objects need no escaping, but whatever comes in is not trusted to be one. */
function escaped(value: string): string {
  return value.replaceAll(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`))
}
