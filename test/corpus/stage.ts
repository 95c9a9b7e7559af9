import { readdirSync, readFileSync } from 'node:fs'
import { ClusterCache } from '../../src/cache/cluster-cache.ts'
import { Decoder } from '../../src/cluster/decode/decoder.ts'
import { parseKind } from '../../src/kinds/index.ts'
import type { Terminated } from '../../src/model/pod.ts'
import { BUILT_IN_RESOURCES } from '../../src/model/records.ts'
import type { ChangeType } from '../../src/model/watch-state.ts'
import { ALL_NAMESPACES } from '../../src/model/watch-state.ts'
import { parseSelector } from '../../src/question/parse-selector.ts'
import { plainQuestion, type Question, type Target } from '../../src/question/question.ts'
import { applyEvent, type RecordedEvent, type Recording, readRecording } from '../../src/replay/recording.ts'
import type { Label } from './label.ts'

/** What was recorded on a real cluster, and what was written after public bug reports. */
export const CORPORA = ['recordings', 'recordings-reports'] as const
type Corpus = (typeof CORPORA)[number]

/** The folder of every recording, by its name. */
const FOLDERS: ReadonlyMap<string, URL> = new Map(
  CORPORA.map(folderOf).flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.ndjson.gz'))
      .map((file) => [file.replace('.ndjson.gz', ''), folder] as const),
  ),
)

/** Names of all recordings. */
export const SCENARIOS: readonly string[] = [...FOLDERS.keys()]

/** The labels of a corpus; of all without one. */
export function readLabels(corpora: readonly Corpus[] = CORPORA): readonly Label[] {
  return corpora.flatMap((corpus): readonly Label[] =>
    JSON.parse(readFileSync(new URL('labels.json', folderOf(corpus)), 'utf8')),
  )
}

function folderOf(corpus: Corpus): URL {
  return new URL(`../fixtures/${corpus}/`, import.meta.url)
}

/** What a label asks about. */
export function resolveTarget({ kind = '', name = '', selector, hash }: Label['query']): Target {
  if (hash !== undefined) return { type: 'hash', hash, owner: null }
  if (selector !== undefined) return { type: 'selector', selector: parseSelector(selector), text: selector }
  const known = parseKind(kind, [])
  if (known === undefined) throw new Error(`a label asks for the unknown kind ${kind}`)
  return { type: 'object', kind: known, name }
}

/** Every state of every object of a recording, as the API server sent it. */
export function recordedObjects(scenario: string): readonly RecordedEvent['object'][] {
  return readScenario(scenario).events.map(({ object }) => object)
}

/** Recordings that were read: thousands of stages are made of some eighty. */
const recordings = new Map<string, Recording>()

/** Reads a recording of either corpus. */
export function readScenario(scenario: string): Recording {
  const known = recordings.get(scenario)
  if (known !== undefined) return known
  const folder = FOLDERS.get(scenario)
  if (folder === undefined) throw new Error(`there is no recording ${scenario}`)
  const recording = readRecording(readFileSync(new URL(`${scenario}.ndjson.gz`, folder)))
  recordings.set(scenario, recording)
  return recording
}

/** A recorded cluster, told up to some event. */
export class Stage {
  readonly cache = new ClusterCache()
  readonly #decoder = new Decoder()
  readonly #startedAt: number
  readonly #events: readonly RecordedEvent[]
  readonly #namespace: string
  /** Events that are still to come. */
  readonly #rest: RecordedEvent[]
  now: number

  /** With `arrange`, the events come in another order, and all at the end. */
  constructor(
    scenario: string,
    share: number,
    arrange?: (events: readonly RecordedEvent[]) => readonly RecordedEvent[],
  ) {
    const recording = readScenario(scenario)
    for (const resource of BUILT_IN_RESOURCES)
      this.cache.setWatchState(resource, ALL_NAMESPACES, { type: 'working' })
    this.#startedAt = recording.startedAt
    this.#namespace = recording.namespace ?? ''
    this.#events = recording.events.slice(0, Math.ceil(recording.events.length * share))
    this.#rest = recording.events.slice(this.#events.length)
    this.now = arrange === undefined ? this.#startedAt : this.#startedAt + (this.#events.at(-1)?.t ?? 0)
    for (const event of arrange?.(this.#events) ?? this.#events) this.#apply(event)
  }

  /** Applies the next event of the recording; false when there is none. */
  next(): boolean {
    const event = this.#rest.shift()
    if (event !== undefined) this.#apply(event)
    return event !== undefined
  }

  /** One more crash of a running container, of the pod and container that `pick` falls on; false when there is none. */
  crash(pick: number): boolean {
    const running = [...this.cache.objects.pods.all()].flatMap((pod) =>
      pod.containers.filter(({ state }) => state.type === 'running').map((container) => ({ pod, container })),
    )
    const chosen = running[pick % Math.max(1, running.length)]
    if (chosen === undefined) return false
    const { pod, container } = chosen
    const startedAt = container.state.type === 'running' ? container.state.startedAt : this.now
    const last: Terminated = {
      type: 'terminated',
      id: `more-${container.restarts}`,
      exitCode: 1,
      reason: 'Error',
      message: '',
      startedAt,
      finishedAt: Math.floor(this.now),
    }
    const crashed = { ...container, restarts: container.restarts + 1, last }
    const containers = pod.containers.map((one) => (one === container ? crashed : one))
    const resourceVersion = `${pod.resourceVersion}-crashed`
    this.cache.apply('pods', 'MODIFIED', { ...pod, resourceVersion, containers }, this.now)
    return true
  }

  /**
   * Makes a node of every name that pods have, if there are none yet, and turns one round: it answers, does not, is not
   * ready, or goes away.
   */
  turnNode(pick: number): void {
    const names = [...new Set([...this.cache.objects.pods.all()].map(({ node }) => node))].filter(Boolean)
    const { nodes } = this.cache.objects
    for (const name of names)
      if (nodes.size === 0 || nodes.get('', name) !== undefined || pick % 2 === 0) this.#setNode(name, 'True')
    const name = names[pick % Math.max(1, names.length)]
    if (name === undefined) return
    const [ready] = ['Unknown', 'False', 'True', 'Unknown'].slice(pick % 4)
    const known = nodes.get('', name)
    if (pick % 5 === 4 && known !== undefined) this.cache.apply('nodes', DELETED, known, this.now)
    else this.#setNode(name, ready ?? 'True')
  }

  #setNode(name: string, status: string): void {
    const lastTransitionTime = new Date(Math.floor(this.now) * 1000).toISOString()
    const node = {
      metadata: { name, uid: `node-${name}`, resourceVersion: `${this.now}-${status}` },
      status: { conditions: [{ type: 'Ready', status, lastTransitionTime }] },
    }
    this.cache.apply('nodes', 'MODIFIED', this.#decoder.objects.nodes.fromJson(node), this.now)
  }

  /** Tells the last state of every object once more. */
  tellAgain(): void {
    const last = new Map<string, RecordedEvent>()
    for (const event of this.#events) last.set(JSON.stringify(uidOf(event)), event)
    for (const event of last.values()) if (event.type !== 'DELETED') this.#apply({ ...event, t: 0 })
  }

  #apply(event: RecordedEvent): void {
    this.now = Math.max(this.now, this.#startedAt + event.t)
    applyEvent(this.cache, this.#decoder.objects, event, this.now)
  }

  /** Questions about every workload of the recording. */
  questions(): Question[] {
    const { deployments, statefulsets, daemonsets, jobs, rollouts, pods } = this.cache.objects
    const named = [
      ...[...deployments.all()].map(({ name }) => ({ kind: 'deployment', name }) as const),
      ...[...statefulsets.all()].map(({ name }) => ({ kind: 'statefulset', name }) as const),
      ...[...daemonsets.all()].map(({ name }) => ({ kind: 'daemonset', name }) as const),
      ...[...jobs.all()].map(({ name }) => ({ kind: 'job', name }) as const),
      ...[...rollouts.all()].map(({ name }) => ({ kind: 'rollout', name }) as const),
      ...[...pods.all()]
        .filter(({ owner }) => owner === null)
        .map(({ name }) => ({ kind: 'pod', name }) as const),
    ]
    return named.map(({ kind, name }) => plainQuestion(this.#namespace, { type: 'object', kind, name }))
  }

  deletePod(uid: string): void {
    const pod = this.cache.objects.pods.byUid(uid)
    if (pod !== undefined) this.cache.apply('pods', DELETED, pod, this.now)
  }
}

const DELETED: ChangeType = 'DELETED'

/**
 * The same events in another order, those of each name in their own: a watch tells of an object's end before it tells of
 * another's beginning under the same name.
 */
export function interleaved(events: readonly RecordedEvent[], seed: number): readonly RecordedEvent[] {
  const queues = [...Map.groupBy(events, nameOf).values()].map((queue) => [...queue])
  const mixed: RecordedEvent[] = []
  let state = seed
  while (queues.length > 0) {
    // A linear congruential generator (Numerical Recipes): all that is wanted is that the seed decides.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const at = state % queues.length
    const next = queues[at]?.shift()
    if (next === undefined) queues.splice(at, 1)
    else mixed.push(next)
  }
  return mixed
}

function nameOf({ object }: RecordedEvent): string {
  const { metadata } = object
  const name = typeof metadata === 'object' && metadata !== null && 'name' in metadata ? metadata.name : ''
  return `${object.kind}/${name}`
}

function uidOf({ object }: RecordedEvent): unknown {
  const { metadata } = object
  return typeof metadata === 'object' && metadata !== null && 'uid' in metadata ? metadata.uid : null
}
