import { setTimeout as sleep } from 'node:timers/promises'
import { Backoff } from '../../lib/backoff.ts'
import type { Identity, Seconds } from '../../model/meta.ts'
import { ApiStatusError, IdleWatchError } from '../client/errors.ts'
import type { WatchEvent } from '../decode/codec.ts'
import { classifyFailure } from './failure.ts'
import type { ListerWatcher, WatchStream } from './lister-watcher.ts'
import type { ReflectorContext, ReflectorObserver, ReflectorSink } from './reflector-context.ts'
import { SyncState } from './sync-state.ts'

/** A server that ends watches quicker than this is asked again with back-off. */
const MIN_WATCH_SECONDS = 1
/** As client-go's reflector, seconds. */
const BACKOFF = { base: 0.8, cap: 30 }

/**
 * Keeps a sink equal to one collection of the API server: WatchList (or paged LIST), then WATCH, again and again. Every
 * error leads to another attempt; only `stop` ends it. Modelled on client-go's reflector
 * (https://github.com/kubernetes/client-go/blob/v0.34.4/tools/cache/reflector.go).
 */
export class Reflector<R extends Identity> {
  readonly #listerWatcher: ListerWatcher<R>
  readonly #sink: ReflectorSink<R>
  readonly #observer: ReflectorObserver
  readonly #context: ReflectorContext
  readonly #backoff: Backoff
  readonly #sync: SyncState
  readonly #stop = new AbortController()
  #running: Promise<void> = Promise.resolve()
  /** Version to resume from; null: list first. */
  #version: string | null = null
  #lastByte: Seconds = 0
  #watchListRefused = false
  #isFirstList = true
  /** Ends the present pause; null while there is none that may be ended early. */
  #wake: (() => void) | null = null
  /** The last attempt got no answer. */
  #unreachable = false

  constructor(
    listerWatcher: ListerWatcher<R>,
    sink: ReflectorSink<R>,
    observer: ReflectorObserver,
    context: ReflectorContext,
  ) {
    this.#listerWatcher = listerWatcher
    this.#sink = sink
    this.#observer = observer
    this.#context = context
    this.#backoff = new Backoff(BACKOFF, context.random)
    this.#sync = new SyncState((state) => sink.state(state), context)
  }

  start(): void {
    this.#sink.state({ type: 'unsynced' })
    this.#running = this.#run()
  }

  /** Resolves when the last request has ended. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  /** The API server answers others again: no need to wait any longer for a connection. */
  wake(): void {
    this.#wake?.()
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      const started = this.#context.now()
      const pause = await this.#attempt().then(
        () => this.#ended(started),
        (error: unknown) => this.#failed(error),
      )
      this.#sync.onEnded()
      if (pause > 0) await this.#pause(pause)
    }
    this.#sync.stop()
  }

  async #pause(seconds: number): Promise<void> {
    const woken = new AbortController()
    if (this.#unreachable) this.#wake = () => woken.abort()
    const signal = AbortSignal.any([this.#stop.signal, woken.signal])
    await sleep(seconds * 1000, undefined, { signal }).catch(() => undefined)
    this.#wake = null
  }

  /** The server ended the watch, as it does after some minutes. Returns the pause in seconds. */
  #ended(started: Seconds): number {
    if (this.#stop.signal.aborted) return 0
    const now = this.#context.now()
    this.#sync.onBroken(now)
    this.#observer.restarted('timeout', undefined)
    if (now - started < MIN_WATCH_SECONDS) return this.#backoff.next()
    this.#resetBackoffIfHealthy(now)
    return 0
  }

  #failed(error: unknown): number {
    if (this.#stop.signal.aborted) return 0
    const now = this.#context.now()
    const failure = classifyFailure(error, this.#lastByte)
    this.#resetBackoffIfHealthy(now)
    if (failure.relist) this.#version = null
    // The back-off of unanswered attempts says nothing about a server that answers again.
    if (this.#unreachable && (failure.reason === 'expired' || failure.reason === 'forbidden'))
      this.#backoff.reset()
    this.#unreachable = failure.reason === 'connection'
    if (failure.reason === 'idle') {
      this.#sync.onIdle(failure.lastHeard ?? now)
      this.#observer.restarted('idle', error)
      return 0
    }
    if (failure.reason === 'absent' || failure.reason === 'forbidden') {
      if (failure.reason === 'absent') this.#sink.retain(new Set())
      this.#sync.onRefused(failure.reason)
    } else this.#sync.onBroken(failure.lastHeard ?? now)
    this.#observer.restarted(failure.reason, error)
    if (failure.reason === 'absent')
      return this.#context.timing.absentSeconds * (0.5 + this.#context.random())
    return this.#backoff.next(failure.retryAfterSeconds)
  }

  #resetBackoffIfHealthy(now: Seconds): void {
    if (this.#sync.workingSeconds(now) >= this.#context.timing.healthySeconds) this.#backoff.reset()
  }

  async #attempt(): Promise<void> {
    if (this.#version === null && !this.#watchListRefused) {
      if (await this.#watch(null)) return
      this.#watchListRefused = true
    }
    const listedSince = this.#version === null ? await this.#list() : null
    if (this.#version !== null) await this.#watch(this.#version, listedSince)
  }

  /** Resolves with when it began: until then the objects are known to be right. */
  async #list(): Promise<Seconds> {
    const started = this.#context.now()
    const uids = this.#beginList()
    const version = await this.#listerWatcher.list(this.#stop.signal, {
      record: (record) => {
        uids.add(record.uid)
        this.#sink.upsert(record)
      },
      restart: () => uids.restart(),
    })
    this.#complete(version, uids, started)
    return started
  }

  #beginList(): ListedUids {
    const uids = new ListedUids(this.#isFirstList)
    this.#isFirstList = false
    return uids
  }

  #complete(version: string, { all }: ListedUids, started: Seconds): void {
    this.#version = version
    if (all !== null) this.#sink.retain(all)
    this.#observer.listed(this.#context.now() - started)
  }

  /** Watches from a version, or with the initial objects (null). Resolves false when the server refuses the latter. */
  async #watch(version: string | null, listedSince: Seconds | null = null): Promise<boolean> {
    const started = this.#context.now()
    let stream: WatchStream<R>
    try {
      stream = await this.#listerWatcher.watch(this.#stop.signal, version)
    } catch (error) {
      if (version === null && refusesWatchList(error)) return false
      throw error
    }
    const initial = version === null ? this.#beginList() : null
    if (listedSince !== null) this.#sync.onListed(listedSince)
    else if (initial === null) this.#sync.onResumed()
    return this.#follow(stream, initial, started)
  }

  async #follow(stream: WatchStream<R>, initialUids: ListedUids | null, started: Seconds): Promise<boolean> {
    let initial = initialUids
    const idle = this.#watchIdleness(stream)
    try {
      for await (const events of stream.events()) {
        this.#lastByte = this.#context.now()
        for (const event of events) {
          if (event.type === 'ERROR') {
            if (initial !== null && event.status.code !== 410) return false
            throw new ApiStatusError(
              event.status.message,
              event.status.code,
              event.status.details?.retryAfterSeconds ?? null,
            )
          }
          const complete = this.#take(event, initial)
          if (complete && initial !== null) {
            this.#complete(this.#version ?? '', initial, started)
            this.#sync.onSynced()
            initial = null
          }
        }
      }
      return true
    } finally {
      clearInterval(idle)
      stream.close()
    }
  }

  /** Takes over one event; true for the bookmark that ends the initial objects. */
  #take(event: Exclude<WatchEvent<R>, { type: 'ERROR' }>, initial: ListedUids | null): boolean {
    this.#observer.event(event.type)
    if (event.type === 'BOOKMARK') {
      if (initial !== null && !event.initialEventsEnd) return false
      this.#version = event.resourceVersion
      this.#sync.onBookmark()
      return event.initialEventsEnd
    }
    if (event.type === 'DELETED') {
      initial?.delete(event.record.uid)
      this.#sink.remove(event.record)
    } else {
      initial?.add(event.record.uid)
      this.#sink.upsert(event.record)
    }
    // Until the initial objects are complete there is no version to resume from.
    if (initial !== null) return false
    this.#version = event.record.resourceVersion
    this.#sync.onEvent()
    return false
  }

  #watchIdleness(stream: WatchStream<R>): NodeJS.Timeout {
    const { idleSeconds } = this.#context.timing
    this.#lastByte = this.#context.now()
    const check = (): void => {
      const heard = Math.max(this.#lastByte, stream.lastHeard() ?? 0)
      const silent = this.#context.now() - heard
      if (silent >= idleSeconds) stream.abort(new IdleWatchError(`nothing heard for ${Math.round(silent)} s`))
    }
    const timer = setInterval(check, (idleSeconds * 1000) / 10)
    timer.unref()
    return timer
  }
}

/**
 * The UIDs of a list, by which vanished objects are found. The first list fills an empty sink, from which nothing can
 * vanish: it collects none.
 */
class ListedUids {
  #uids: Set<string> | null

  constructor(isFirst: boolean) {
    this.#uids = isFirst ? null : new Set()
  }

  /** Null: nothing can have vanished. */
  get all(): ReadonlySet<string> | null {
    return this.#uids
  }

  add(uid: string): void {
    this.#uids?.add(uid)
  }

  delete(uid: string): void {
    this.#uids?.delete(uid)
  }

  /** The list begins again: objects of its first part may have vanished. */
  restart(): void {
    this.#uids = new Set()
  }
}

/** Servers without the WatchList feature, or with an etcd that can't serve it, say that the request is invalid. */
function refusesWatchList(error: unknown): boolean {
  return error instanceof ApiStatusError && [400, 405, 406, 422].includes(error.status)
}
