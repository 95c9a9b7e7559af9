import { ClusterCache } from '../../../cache/cluster-cache.ts'
import type { Connection } from '../../../cluster/client/connection.ts'
import { ApiStatusError } from '../../../cluster/client/errors.ts'
import {
  type ClusterObserver,
  type ClusterSink,
  ClusterWatcher,
} from '../../../cluster/watch/cluster-watcher.ts'
import { findKind, listResources } from '../../../kinds/index.ts'
import { errorChain } from '../../../lib/error-chain.ts'
import type { Seconds } from '../../../model/meta.ts'
import type { ResourceName } from '../../../model/records.ts'
import type { StatusKind, StatusOptions } from './options.ts'
import { ProgramError } from './outcome.ts'
import { poll } from './poll.ts'

/**
 * The original did not read these, so a role that was made for it refuses them. They then count as read: a revision that
 * is not known is taken to be as old as its StatefulSet, and a blocked update fails at once, as it did in the original.
 */
const MAY_BE_REFUSED: ReadonlySet<ResourceName> = new Set(['controllerrevisions'])

/** How long connecting for the first time may go wrong, seconds. */
const START_LIMIT_SECONDS = 10
/** Nothing is decided on data that may be older, seconds. */
const STALE_SECONDS = 10
/** A cluster that is out of sight for longer is given up, seconds. */
const LOST_SECONDS = 60

/** The part of the cluster that is looked at, as it changes. */
export class StatusWatch {
  readonly cache = new ClusterCache()
  readonly #connection: Connection
  readonly #needs: readonly ResourceName[]
  readonly #options: StatusOptions
  readonly #watcher: ClusterWatcher
  readonly #now: () => Seconds
  readonly #random: () => number
  readonly #startedAt: Seconds
  /** Of resources that may not be watched, until it is done with. */
  readonly #polls = new Map<ResourceName, Promise<void>>()
  readonly #stopped = new AbortController()
  #lastError = ''
  /** Why no further look makes sense; null: it does. */
  #refusal: string | null = null
  #heard = Promise.withResolvers<void>()

  constructor(connection: Connection, options: StatusOptions, now: () => Seconds, random: () => number) {
    this.#connection = connection
    this.#options = options
    this.#needs = [...new Set(options.kinds.flatMap(resourcesOf))]
    this.#now = now
    this.#random = random
    this.#startedAt = now()
    const resources = listResources([]).filter(({ name }) => this.#needs.includes(name))
    const namespaces = options.namespace === '' ? [] : [options.namespace]
    const watching = { connection, namespaces, now, random, resources }
    this.#watcher = new ClusterWatcher(watching, this.#unlessPolled(), this.#observer())
  }

  start(): void {
    this.#watcher.start()
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    await Promise.all([this.#watcher.stop(), ...this.#polls.values()])
  }

  /** Resolves when the state of a watch changed since it was asked. */
  get heard(): Promise<void> {
    return this.#heard.promise
  }

  /** Whether what is known can be decided on. Throws a ProgramError when it never will. */
  get usable(): boolean {
    if (this.#refusal !== null) throw new ProgramError(this.#refusal)
    const now = this.#now()
    const { namespace } = this.#options
    const age = Math.max(...this.#needs.map((resource) => this.cache.ageSeconds(resource, namespace, now)))
    const patience = age === Number.POSITIVE_INFINITY ? START_LIMIT_SECONDS : LOST_SECONDS
    const silent = age === Number.POSITIVE_INFINITY ? now - this.#startedAt : age
    if (this.#lastError !== '' && silent > patience) throw new ProgramError(this.#lastError)
    return age <= STALE_SECONDS
  }

  /** What may not be watched is polled, which tells its own state. */
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

  /** The cache; whoever waits hears of each change of a watch. */
  readonly #sink: ClusterSink = {
    apply: (resource, type, record, now) => this.cache.apply(resource, type, record, now),
    retain: (resource, namespace, uids, now) => this.cache.retain(resource, namespace, uids, now),
    setWatchState: (resource, namespace, state) => {
      this.cache.setWatchState(resource, namespace, state)
      this.#tell()
    },
  }

  #poll(resource: ResourceName): void {
    const spec = listResources([]).find(({ name }) => name === resource)
    if (spec === undefined || this.#polls.has(resource)) return
    const { namespace, intervalSeconds: everySeconds } = this.#options
    const how = {
      connection: this.#connection,
      namespace,
      everySeconds,
      now: this.#now,
      random: this.#random,
    }
    const options = { ...how, signal: this.#stopped.signal }
    this.#polls.set(
      resource,
      poll(resource, spec, options, this.#sink, (error) => {
        if (MAY_BE_REFUSED.has(resource) && hasStatus(error, 403)) {
          this.#sink.setWatchState(resource, namespace, { type: 'working' })
          return
        }
        const { type } = this.cache.watchStates.get(resource, namespace)
        // Only the first failure tells until when the objects were right.
        if (type === 'working')
          this.#sink.setWatchState(resource, namespace, { type: 'broken', since: this.#now() })
        this.#failed(error)
      }),
    )
  }

  #failed(error: unknown): void {
    this.#lastError = errorChain(error)
    if (hasStatus(error, 401) || hasStatus(error, 403)) this.#refusal ??= this.#lastError
    this.#tell()
  }

  #tell(): void {
    this.#heard.resolve()
    this.#heard = Promise.withResolvers<void>()
  }
}

/** What a verdict on a kind cannot do without. */
function resourcesOf(kind: StatusKind): readonly ResourceName[] {
  const { resource, needs } = findKind(kind, [])
  return [resource.name, ...needs]
}

function hasStatus(error: unknown, status: number): boolean {
  return error instanceof ApiStatusError && error.status === status
}
