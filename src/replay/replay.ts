import type { TimedAnswer } from '../analyze/answer.ts'
import type { Answer } from '../analyze/answer-schema.ts'
import { analyzeOverall } from '../analyze/overall.ts'
import { ClusterCache } from '../cache/cluster-cache.ts'
import { Decoder } from '../cluster/decode/decoder.ts'
import { listResources } from '../kinds/index.ts'
import type { Seconds } from '../model/meta.ts'
import type { CustomResource } from '../model/records.ts'
import type { ClusterView } from '../model/view.ts'
import { ALL_NAMESPACES } from '../model/watch-state.ts'
import { NotFoundError } from '../question/not-found-error.ts'
import type { Question, Target } from '../question/question.ts'
import type { Policy } from '../rules/policy.ts'
import { newestHash } from './newest-hash.ts'
import { applyEvent, type Recording } from './recording.ts'

/** A recording, and what to ask. */
interface Replay {
  readonly recording: Recording
  /** Asked at each moment. The hash `latest` is the newest template hash at that moment. */
  readonly question: Question
  /** The server's policy; lynceus by default. */
  readonly policy?: Policy
  /** When to start asking, seconds into the recording; earlier events only fill the cache. */
  readonly from: Seconds
  /** When to stop, which may be after the end of the recording: then nothing happens any more. Default: its end. */
  readonly until?: Seconds
  /** Custom resources that the recording holds; none by default. */
  readonly customResources?: readonly CustomResource[]
}

/** The answer at a moment of the recording. Its `evaluatedAt` is the moment at which it was first the same. */
interface Moment {
  readonly t: Seconds
  /** Null: the target does not exist (yet, or any more). */
  readonly answer: Answer | null
}

/** The hash that means the newest template hash. */
const LATEST = 'latest'
/** A recording is never stale: it has all events. */
const NEVER_STALE = Number.POSITIVE_INFINITY
const TICK_SECONDS = 1

/**
 * Replays a recording with a simulated clock: asks after every event and at every simulated second, with the same functions
 * as the service, and yields each answer.
 */
export function* replay(what: Replay): Iterable<Moment> {
  const { recording, from, customResources = [] } = what
  const { startedAt, events, endedAt } = recording
  const until = what.until ?? Math.max(endedAt, from)
  const cache = new ClusterCache(customResources)
  const { objects } = new Decoder(customResources)
  for (const { name: resource } of listResources(customResources))
    cache.setWatchState(resource, ALL_NAMESPACES, { type: 'working' })
  const asker = new Asker(what, cache)
  const ask = (t: Seconds): Moment => ({ t, answer: asker.at(startedAt + t) })
  let tick = from
  let asked = false
  for (const event of events) {
    if (event.t > until) break
    for (; event.t > from && tick < event.t; tick += TICK_SECONDS) yield ask(tick)
    applyEvent(cache, objects, event, startedAt + event.t)
    if (event.t < from) continue
    asked = true
    yield ask(event.t)
  }
  for (; tick <= until; tick += TICK_SECONDS) yield ask(tick)
  if (!asked || tick > until) yield ask(until)
}

/**
 * Evaluates only when something changed in the namespace or time alone may have changed the answer, as the response cache of
 * the service does; with a window, always.
 */
class Asker {
  readonly #what: Replay
  readonly #cache: ClusterCache
  #last: { readonly version: number; readonly until: Seconds; readonly answer: Answer | null } | undefined

  constructor(what: Replay, cache: ClusterCache) {
    this.#what = what
    this.#cache = cache
  }

  at(now: Seconds): Answer | null {
    const { window } = this.#what.question
    const version = this.#cache.changes
    const last = this.#last
    if (last !== undefined && last.version === version && now < last.until) return last.answer
    const found = this.#evaluate(now)
    const until = window === undefined ? (found?.recheckAt ?? Number.POSITIVE_INFINITY) : now
    this.#last = { version, until, answer: found?.answer ?? null }
    return this.#last.answer
  }

  #evaluate(now: Seconds): TimedAnswer | null {
    const { question, policy } = this.#what
    const target = resolveLatest(question.target, this.#cache, question.namespace)
    if (target === null) return null
    try {
      return analyzeOverall(this.#cache, { ...question, target }, now, NEVER_STALE, policy)
    } catch (error) {
      if (error instanceof NotFoundError) return null
      throw error
    }
  }
}

function resolveLatest(target: Target, view: ClusterView, namespace: string): Target | null {
  if (target.type !== 'hash' || target.hash !== LATEST) return target
  const hash = newestHash(view, namespace)
  return hash === null ? null : { ...target, hash }
}
