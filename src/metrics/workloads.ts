import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Answer } from '../analyze/answer-schema.ts'
import { listCrashes } from '../analyze/crash-count.ts'
import { analyzeRollout } from '../analyze/rollout.ts'
import type { ClusterCache } from '../cache/cluster-cache.ts'
import { findOwnerKind, type Kind, listKinds } from '../kinds/index.ts'
import { listPodOwners } from '../kinds/owned.ts'
import type { Meta, Seconds } from '../model/meta.ts'
import { plainQuestion } from '../question/question.ts'
import type { Policy } from '../rules/policy.ts'
import { PREFIX } from './registry.ts'
import type { UnknownReasons } from './unknown-reasons.ts'

/** Maximum time of judging before the event loop runs again, ms. */
const SLICE_MS = 8

const family = (name: string, type: 'gauge' | 'counter', help: string, label: string) => ({
  name: `${PREFIX}workload_${name}`,
  type,
  help,
  labelNames: ['namespace', 'kind', 'name', label],
})

/** The families of series that this file renders as text, without metrics of the library. */
export const WORKLOAD_FAMILIES = {
  verdict: family('verdict', 'gauge', 'Always 1; the label says the present verdict.', 'verdict'),
  pods: family('pods', 'gauge', 'Pods of the current revision: desired, present, ready, failing.', 'state'),
  crashes: family(
    'crashes_total',
    'counter',
    'Crashes of containers since Lynceus began to watch, by code.',
    'code',
  ),
  dropped: {
    name: `${PREFIX}workload_series_dropped`,
    type: 'gauge',
    help: 'Workloads without their own series because of the limit (--max-series).',
    labelNames: [],
  },
} as const

type CrashCode = 'process-crashing' | 'resource-limits-exceeded'
const CRASH_CODES: readonly CrashCode[] = ['process-crashing', 'resource-limits-exceeded']

const SERIES_FAMILIES = ['verdict', 'pods', 'crashes'] as const
type SeriesFamily = (typeof SERIES_FAMILIES)[number]

/** The rendered lines of one workload, valid until something about it changes. */
interface Series {
  lines: Readonly<Record<SeriesFamily, string>>
  /** Crashes counted in all, and those in the termination history last time: the history forgets, a counter must not. */
  readonly counted: Record<CrashCode, { total: number; seen: number }>
  recheckAt: Seconds | null
  round: number
}

/** What the series of workloads need. */
export interface WorkloadMetricsOptions {
  readonly cache: ClusterCache
  readonly now: () => Seconds
  /** Workloads that have series. */
  readonly maxSeries: number
  readonly staleAfterSeconds: number
  readonly policy: Policy
  readonly unknownReasons: UnknownReasons
}

/**
 * Verdicts, pods and crashes of every workload in the text format. A scrape judges only the workloads that changed since
 * the last one, a few milliseconds at a time, and joins lines that it kept: its cost depends on the number of changes, not
 * on the size of the cluster.
 */
export class WorkloadMetrics {
  readonly #options: WorkloadMetricsOptions
  readonly #series = new Map<string, Series>()
  #round = 0
  /** The watches that were stale or refused at the last check. */
  #untrusted = ''
  #judgeAll = false
  #scraping: Promise<string> = Promise.resolve('')

  constructor(options: WorkloadMetricsOptions) {
    this.#options = options
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
    const { cache, maxSeries } = this.#options
    this.#round += 1
    const all = this.#hasTrustChanged() || this.#judgeAll
    const touched = all ? null : cache.takeTouched()
    let workloads = 0
    let until = performance.now() + SLICE_MS
    const kinds = listKinds(cache.customResources).filter(({ hasSeries }) => hasSeries)
    for (const { kind, resource } of kinds) {
      for (const object of cache.objects[resource.name]?.all() ?? []) {
        if (this.#isAdopted(object)) continue
        workloads += 1
        if (workloads > maxSeries) continue
        this.#refresh(kind, object, touched)
        if (performance.now() < until) continue
        await nextTurn()
        until = performance.now() + SLICE_MS
      }
    }
    // When trust changed between two slices, some workloads were judged before it and some after.
    this.#judgeAll = this.#hasTrustChanged()
    for (const [uid, { round }] of this.#series) if (round !== this.#round) this.#series.delete(uid)
    return this.#render(Math.max(0, workloads - maxSeries))
  }

  /** Whether the series of its owner include it: a Job of a CronJob has none of its own. */
  #isAdopted({ owner }: Meta): boolean {
    if (owner === null) return false
    const { cache } = this.#options
    const kind = findOwnerKind(owner, cache.customResources)
    return kind?.adopt !== undefined && cache.objects[kind.resource.name]?.byUid(owner.uid) !== undefined
  }

  /** Whether any watch has become stale, refused or fresh again: then any verdict may change. */
  #hasTrustChanged(): boolean {
    const { cache, now, staleAfterSeconds } = this.#options
    const untrusted = cache.watchStates.untrusted(now(), staleAfterSeconds)
    const changed = untrusted !== this.#untrusted
    this.#untrusted = untrusted
    return changed
  }

  #refresh(kind: Kind, object: Meta, touched: ReadonlySet<string> | null): void {
    const { cache, now, staleAfterSeconds, policy, unknownReasons } = this.#options
    const known = this.#series.get(object.uid)
    if (known !== undefined) {
      known.round = this.#round
      const due = known.recheckAt !== null && known.recheckAt <= now()
      if (!due && touched !== null && !touched.has(object.uid)) return
    }
    const series = known ?? newSeries(this.#round)
    this.#series.set(object.uid, series)
    const target = { type: 'object', kind, name: object.name } as const
    const question = { ...plainQuestion(object.namespace, target), onStale: 'unknown' } as const
    const { answer, recheckAt, unknown } = analyzeRollout(cache, question, now(), staleAfterSeconds, policy)
    unknownReasons.observe(unknown)
    series.recheckAt = recheckAt
    count(object, series, cache)
    const labels = `namespace="${escaped(object.namespace)}",kind="${kind}",name="${escaped(object.name)}"`
    series.lines = renderLines(series, labels, answer)
  }

  #render(dropped: number): string {
    const all = [...this.#series.values()]
    const families = SERIES_FAMILIES.map(
      (family) => head(WORKLOAD_FAMILIES[family]) + all.map(({ lines }) => lines[family]).join(''),
    )
    const { dropped: last } = WORKLOAD_FAMILIES
    return `${families.join('')}${head(last)}${last.name} ${dropped}\n`
  }
}

/** Adds to the counters what the termination history has more than last time. */
function count(object: Meta, { counted }: Series, cache: ClusterCache): void {
  const present: Record<CrashCode, number> = { 'process-crashing': 0, 'resource-limits-exceeded': 0 }
  const histories = listPodOwners(object.uid, cache).flatMap((uid) => cache.histories.ownedBy(uid))
  for (const { end } of histories.flatMap((history) => listCrashes(history)))
    present[end.reason === 'OOMKilled' ? 'resource-limits-exceeded' : 'process-crashing'] += end.count
  for (const code of CRASH_CODES) {
    const counter = counted[code]
    counter.total += Math.max(0, present[code] - counter.seen)
    counter.seen = present[code]
  }
}

function newSeries(round: number): Series {
  const counted = {
    'process-crashing': { total: 0, seen: 0 },
    'resource-limits-exceeded': { total: 0, seen: 0 },
  }
  return { lines: { verdict: '', pods: '', crashes: '' }, counted, recheckAt: null, round }
}

function renderLines(
  { counted }: Series,
  labels: string,
  { verdict, desired, pods, readyPods, failingPods }: Answer,
): Series['lines'] {
  const line = (family: SeriesFamily, label: string, value: number): string =>
    `${WORKLOAD_FAMILIES[family].name}{${labels},${label}} ${value}\n`
  const states = Object.entries({ desired, present: pods, ready: readyPods, failing: failingPods })
  return {
    verdict: line('verdict', `verdict="${verdict}"`, 1),
    pods: states.map(([state, count]) => line('pods', `state="${state}"`, count)).join(''),
    crashes: CRASH_CODES.map((code) => line('crashes', `code="${code}"`, counted[code].total)).join(''),
  }
}

function head({ name, type, help }: { name: string; type: string; help: string }): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`
}

/** Names of Kubernetes objects need no escaping, but this file does not rely on the API server for that. */
function escaped(value: string): string {
  return value.replaceAll(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`))
}
