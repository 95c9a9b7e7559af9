import { ClusterCache } from '../../cache/cluster-cache.ts'
import type { Connection } from '../../cluster/connection.ts'
import { RESOURCES } from '../../cluster/resources.ts'
import { type ClusterListener, ClusterWatcher } from '../../cluster/watcher.ts'
import type { Seconds } from '../../model/meta.ts'
import type { ResourceName } from '../../model/view.ts'
import type { StatusKind, StatusOptions } from './options.ts'
import { ProgramError } from './outcome.ts'

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
  readonly #needs: readonly ResourceName[]
  readonly #namespace: string
  readonly #watcher: ClusterWatcher
  readonly #now: () => Seconds
  readonly #startedAt: Seconds
  #lastError = ''
  /** Why no further look makes sense; null: it does. */
  #refusal: string | null = null
  #heard = Promise.withResolvers<void>()

  constructor(connection: Connection, options: StatusOptions, now: () => Seconds, random: () => number) {
    this.#needs = [...new Set(options.kinds.flatMap((kind) => NEEDS[kind]))]
    this.#namespace = options.namespace
    this.#now = now
    this.#startedAt = now()
    const resources = RESOURCES.filter(({ name }) => this.#needs.includes(name))
    const namespaces = options.namespace === '' ? [] : [options.namespace]
    this.#watcher = new ClusterWatcher({ connection, namespaces, now, random, resources }, this.#listener())
  }

  start(): void {
    this.#watcher.start()
  }

  stop(): Promise<void> {
    return this.#watcher.stop()
  }

  /** Resolves when the state of a watch changed since it was asked. */
  get heard(): Promise<void> {
    return this.#heard.promise
  }

  /** Whether what is known can be decided on. Throws a ProgramError when it never will. */
  get usable(): boolean {
    if (this.#refusal !== null) throw new ProgramError(this.#refusal)
    const now = this.#now()
    const age = Math.max(
      ...this.#needs.map((resource) => this.cache.ageSeconds(resource, this.#namespace, now)),
    )
    const patience = age === Number.POSITIVE_INFINITY ? START_LIMIT_SECONDS : LOST_SECONDS
    const silent = age === Number.POSITIVE_INFINITY ? now - this.#startedAt : age
    if (this.#lastError !== '' && silent > patience) throw new ProgramError(this.#lastError)
    return age <= STALE_SECONDS
  }

  #listener(): ClusterListener {
    const { cache } = this
    return {
      upsert: (resource, record) => cache.apply(resource, 'MODIFIED', record, this.#now()),
      remove: (resource, record) => cache.apply(resource, 'DELETED', record, this.#now()),
      retain: (resource, namespace, uids) => {
        cache.retain(resource, namespace, uids, this.#now())
      },
      state: (resource, namespace, state) => {
        cache.setWatchState(resource, namespace, state)
        this.#tell()
      },
      event: () => undefined,
      listed: () => undefined,
      restarted: (_resource, _namespace, reason, error) => {
        if (reason === 'timeout') return
        this.#lastError = chain(error)
        if (reason === 'forbidden' || reason === 'unauthorized') this.#refusal ??= this.#lastError
        this.#tell()
      },
    }
  }

  #tell(): void {
    this.#heard.resolve()
    this.#heard = Promise.withResolvers<void>()
  }
}

/** An error and its causes in one line. */
function chain(error: unknown): string {
  const parts: string[] = []
  for (let cause = error; cause instanceof Error && parts.length < 5; cause = cause.cause)
    parts.push(cause.message)
  return parts.join(': ')
}
