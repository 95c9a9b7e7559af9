import { ClusterCache } from '../../cache/cluster-cache.ts'
import type { Connection } from '../../cluster/connection.ts'
import { ApiStatusError } from '../../cluster/errors.ts'
import { RESOURCES } from '../../cluster/resources.ts'
import { type ClusterListener, ClusterWatcher } from '../../cluster/watcher.ts'
import { errorChain } from '../../lib/error-chain.ts'
import type { Seconds } from '../../model/meta.ts'
import type { ResourceName } from '../../model/view.ts'
import type { StatusKind, StatusOptions } from './options.ts'
import { ProgramError } from './outcome.ts'
import { poll } from './poll.ts'

/** What must be known to judge a kind. */
const NEEDS: Readonly<Record<StatusKind, readonly ResourceName[]>> = {
  deployment: ['deployments', 'replicasets', 'pods'],
  statefulset: ['statefulsets', 'pods'],
  job: ['jobs', 'pods'],
}

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
    this.#needs = [...new Set(options.kinds.flatMap((kind) => NEEDS[kind]))]
    this.#now = now
    this.#random = random
    this.#startedAt = now()
    const resources = RESOURCES.filter(({ name }) => this.#needs.includes(name))
    const namespaces = options.namespace === '' ? [] : [options.namespace]
    this.#watcher = new ClusterWatcher({ connection, namespaces, now, random, resources }, this.#listener())
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

  #listener(): ClusterListener {
    const { cache } = this
    return {
      ...this.#keeper,
      remove: (resource, record) => cache.apply(resource, 'DELETED', record, this.#now()),
      state: (resource, namespace, state) => {
        // What may not be watched is polled, which tells its own state.
        if (state.type !== 'forbidden' && !this.#polls.has(resource))
          this.#keeper.state(resource, namespace, state)
      },
      event: () => undefined,
      listed: () => undefined,
      restarted: (resource, _namespace, reason, error) => {
        if (reason === 'forbidden') this.#poll(resource)
        else if (reason !== 'timeout') this.#failed(error)
      },
    }
  }

  readonly #keeper: Pick<ClusterListener, 'upsert' | 'retain' | 'state'> = {
    upsert: (resource, record) => this.cache.apply(resource, 'MODIFIED', record, this.#now()),
    retain: (resource, namespace, uids) => {
      this.cache.retain(resource, namespace, uids, this.#now())
    },
    state: (resource, namespace, state) => {
      this.cache.setWatchState(resource, namespace, state)
      this.#tell()
    },
  }

  #poll(resource: ResourceName): void {
    const spec = RESOURCES.find(({ name }) => name === resource)
    if (spec === undefined || this.#polls.has(resource)) return
    const { namespace, intervalSeconds: everySeconds } = this.#options
    const how = { connection: this.#connection, namespace, everySeconds, random: this.#random }
    const options = { ...how, signal: this.#stopped.signal }
    this.#polls.set(
      resource,
      poll(resource, spec, options, this.#keeper, (error) => {
        const { type } = this.cache.freshness.get(resource, namespace)
        // Only the first failure tells until when the objects were right.
        if (type === 'working')
          this.#keeper.state(resource, namespace, { type: 'broken', since: this.#now() })
        this.#failed(error)
      }),
    )
  }

  #failed(error: unknown): void {
    this.#lastError = errorChain(error)
    if (error instanceof ApiStatusError && (error.status === 401 || error.status === 403))
      this.#refusal ??= this.#lastError
    this.#tell()
  }

  #tell(): void {
    this.#heard.resolve()
    this.#heard = Promise.withResolvers<void>()
  }
}
