import { setTimeout as sleep } from 'node:timers/promises'
import { ClusterCache } from '../../../cache/cluster-cache.ts'
import type { Connection } from '../../../cluster/client/connection.ts'
import { ApiStatusError } from '../../../cluster/client/errors.ts'
import { Decoder } from '../../../cluster/decode/decoder.ts'
import {
  type ClusterObserver,
  type ClusterSink,
  ClusterWatcher,
} from '../../../cluster/watch/cluster-watcher.ts'
import { ListerWatcher } from '../../../cluster/watch/lister-watcher.ts'
import type { ResourceSpec } from '../../../kinds/descriptor.ts'
import { findKind, listResources } from '../../../kinds/index.ts'
import { errorChain } from '../../../lib/error-chain.ts'
import type { Seconds } from '../../../model/meta.ts'
import type { ResourceName } from '../../../model/records.ts'
import type { StatusKind, StatusOptions } from './options.ts'
import { ProgramError } from './outcome.ts'

/**
 * The original did not read these, so roles that were made for it refuse them. They then count as read: an unknown revision
 * counts as old as its StatefulSet, and a blocked update fails at once, as in the original.
 */
const MAY_BE_REFUSED: ReadonlySet<ResourceName> = new Set(['controllerrevisions'])

/** How long the first connection may fail, seconds. */
const MAX_START_SECONDS = 10
/** Older data give no verdict, seconds. */
const MAX_AGE_SECONDS = 10
/** How long the cluster may be unreachable later, seconds. */
const MAX_LOST_SECONDS = 60

/** Watches the objects that verdicts depend on. Resources that the role may only list are polled. */
export class StatusWatch {
  readonly cache = new ClusterCache()
  readonly #connection: Connection
  readonly #resources: readonly ResourceSpec[]
  readonly #options: StatusOptions
  readonly #watcher: ClusterWatcher
  readonly #now: () => Seconds
  readonly #random: () => number
  readonly #startedAt: Seconds
  /** One for each resource that may not be watched; each ends with #stopped. */
  readonly #polls = new Map<ResourceName, Promise<void>>()
  readonly #stopped = new AbortController()
  #lastError = ''
  /** Why no further judgement makes sense; null while one does. */
  #refusal: string | null = null
  #changed = Promise.withResolvers<void>()

  constructor(connection: Connection, options: StatusOptions, now: () => Seconds, random: () => number) {
    this.#connection = connection
    this.#options = options
    const needed = new Set(options.kinds.flatMap(listNeeds))
    this.#resources = listResources([]).filter(({ name }) => needed.has(name))
    this.#now = now
    this.#random = random
    this.#startedAt = now()
    const namespaces = options.namespace === '' ? [] : [options.namespace]
    const watching = { connection, namespaces, now, random, resources: this.#resources }
    this.#watcher = new ClusterWatcher(watching, this.#unlessPolled(), this.#observer())
  }

  start(): void {
    this.#watcher.start()
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    await Promise.all([this.#watcher.stop(), ...this.#polls.values()])
  }

  /** Resolves at the next change of a watch's state. */
  get changed(): Promise<void> {
    return this.#changed.promise
  }

  /** Whether the data are recent enough for a verdict. Throws a ProgramError when they never will be. */
  get usable(): boolean {
    if (this.#refusal !== null) throw new ProgramError(this.#refusal)
    const now = this.#now()
    const { namespace } = this.#options
    const age = Math.max(...this.#resources.map(({ name }) => this.cache.ageSeconds(name, namespace, now)))
    const wasRead = age !== Number.POSITIVE_INFINITY
    const isLost = wasRead ? age > MAX_LOST_SECONDS : now - this.#startedAt > MAX_START_SECONDS
    if (this.#lastError !== '' && isLost) throw new ProgramError(this.#lastError)
    return age <= MAX_AGE_SECONDS
  }

  /** A poll sets the state of its resource itself. */
  #unlessPolled(): ClusterSink {
    const sink = this.#sink
    return {
      ...sink,
      setWatchState: (resource, namespace, state) => {
        if (state.type !== 'forbidden' && !this.#polls.has(resource))
          sink.setWatchState(resource, namespace, state)
      },
    }
  }

  #observer(): ClusterObserver {
    return {
      restarted: (resource, _namespace, reason, error) => {
        if (reason === 'forbidden') this.#poll(resource)
        else if (reason !== 'timeout') this.#failed(error)
      },
    }
  }

  /** The cache; a change of a watch's state also resolves `changed`. */
  readonly #sink: ClusterSink = {
    apply: (resource, type, record, now) => this.cache.apply(resource, type, record, now),
    retain: (resource, namespace, uids, now) => this.cache.retain(resource, namespace, uids, now),
    setWatchState: (resource, namespace, state) => {
      this.cache.setWatchState(resource, namespace, state)
      this.#reportChange()
    },
  }

  #poll(resource: ResourceName): void {
    if (!this.#polls.has(resource)) this.#polls.set(resource, this.#pollUntilStopped(resource))
  }

  /** Lists the resource at the interval: roles that were made for the original may list and not watch. */
  async #pollUntilStopped<N extends ResourceName>(resource: N): Promise<void> {
    const spec = this.#resources.find(({ name }) => name === resource)
    if (spec === undefined) return
    const { namespace, intervalSeconds } = this.#options
    const { signal } = this.#stopped
    const decoder = new Decoder()
    const objects = decoder.objects[resource]
    const lister = new ListerWatcher(this.#connection, spec, namespace, decoder, objects, this.#random)
    while (!signal.aborted) {
      const uids = new Set<string>()
      try {
        await lister.list(signal, {
          record: (record) => {
            uids.add(record.uid)
            this.#sink.apply(resource, 'MODIFIED', record, this.#now())
          },
          restart: () => uids.clear(),
        })
        this.#sink.retain(resource, namespace, uids, this.#now())
        this.#sink.setWatchState(resource, namespace, { type: 'working' })
      } catch (error) {
        if (!signal.aborted) this.#pollFailed(resource, error)
      }
      // Only the signal ends the pause early.
      await sleep(intervalSeconds * 1000, undefined, { signal }).catch(() => undefined)
    }
  }

  #pollFailed(resource: ResourceName, error: unknown): void {
    const { namespace } = this.#options
    if (MAY_BE_REFUSED.has(resource) && hasStatus(error, 403)) {
      this.#sink.setWatchState(resource, namespace, { type: 'working' })
      return
    }
    // Only the first failure says until when the objects were current.
    if (this.cache.watchStates.get(resource, namespace).type === 'working')
      this.#sink.setWatchState(resource, namespace, { type: 'broken', since: this.#now() })
    this.#failed(error)
  }

  #failed(error: unknown): void {
    this.#lastError = errorChain(error)
    if (hasStatus(error, 401) || hasStatus(error, 403)) this.#refusal ??= this.#lastError
    this.#reportChange()
  }

  #reportChange(): void {
    this.#changed.resolve()
    this.#changed = Promise.withResolvers<void>()
  }
}

/** The resources without which a kind gets no verdict. */
function listNeeds(kind: StatusKind): readonly ResourceName[] {
  const { resource, needs } = findKind(kind, [])
  return [resource.name, ...needs]
}

function hasStatus(error: unknown, status: number): boolean {
  return error instanceof ApiStatusError && error.status === status
}
