import type { ResourceSpec } from '../../kinds/descriptor.ts'
import { listResources } from '../../kinds/index.ts'
import type { Seconds } from '../../model/meta.ts'
import type { Records, ResourceName } from '../../model/records.ts'
import { ALL_NAMESPACES, type WatchState } from '../../model/watch-state.ts'
import type { Connection } from '../client/connection.ts'
import { Decoder } from '../decode/decoder.ts'
import type { RestartReason } from './failure.ts'
import { ListerWatcher } from './lister-watcher.ts'
import { Reflector } from './reflector.ts'
import { DEFAULT_TIMING, type ReflectorTiming } from './reflector-context.ts'

/** Hears everything that happens in the cluster. `namespace` is that of the watch: '' for one over all namespaces. */
export interface ClusterListener {
  upsert<N extends ResourceName>(resource: N, record: Records[N]): void
  remove<N extends ResourceName>(resource: N, record: Records[N]): void
  retain(resource: ResourceName, namespace: string, uids: ReadonlySet<string>): void
  state(resource: ResourceName, namespace: string, state: WatchState): void
  restarted(resource: ResourceName, namespace: string, reason: RestartReason, error: unknown): void
  event(resource: ResourceName, type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'): void
  listed(resource: ResourceName, seconds: number): void
}

export interface WatcherOptions {
  readonly connection: Connection
  /** The namespaces to watch; empty for all. */
  readonly namespaces: readonly string[]
  readonly now: () => Seconds
  readonly random: () => number
  readonly timing?: ReflectorTiming
  /** Default: all that there are. */
  readonly resources?: readonly ResourceSpec[]
}

/** Watches every resource in every namespace that it is told to. */
export class ClusterWatcher {
  readonly #reflectors: readonly { start(): void; stop(): Promise<void>; wake(): void }[]

  constructor(options: WatcherOptions, listener: ClusterListener) {
    const decoder = new Decoder()
    // Whichever watch comes back first tells the others that the API server does.
    const heard: ClusterListener = {
      ...listener,
      state: (resource, namespace, state) => {
        listener.state(resource, namespace, state)
        if (state.type === 'working') this.wake()
      },
    }
    const namespaces = options.namespaces.length === 0 ? [ALL_NAMESPACES] : options.namespaces
    this.#reflectors = (options.resources ?? listResources([])).flatMap((spec) =>
      namespaces.map((namespace) => reflector(spec.name, spec, namespace, decoder, options, heard)),
    )
  }

  start(): void {
    for (const reflector of this.#reflectors) reflector.start()
  }

  /** The API server is known to answer: watches that wait for their next try to connect need not. */
  wake(): void {
    for (const reflector of this.#reflectors) reflector.wake()
  }

  async stop(): Promise<void> {
    await Promise.all(this.#reflectors.map((reflector) => reflector.stop()))
  }
}

function reflector<N extends ResourceName>(
  resource: N,
  spec: ResourceSpec,
  namespace: string,
  decoder: Decoder,
  { connection, now, random, timing = DEFAULT_TIMING }: WatcherOptions,
  listener: ClusterListener,
): Reflector<Records[N]> {
  const reader = new ListerWatcher(connection, spec, namespace, decoder, decoder.objects[resource], random)
  const sink = {
    upsert: (record: Records[N]) => listener.upsert(resource, record),
    remove: (record: Records[N]) => listener.remove(resource, record),
    retain: (uids: ReadonlySet<string>) => listener.retain(resource, namespace, uids),
    state: (state: WatchState) => listener.state(resource, namespace, state),
  }
  const observer = {
    restarted: (reason: RestartReason, error: unknown) =>
      listener.restarted(resource, namespace, reason, error),
    event: (type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR') => listener.event(resource, type),
    listed: (seconds: number) => listener.listed(resource, seconds),
  }
  return new Reflector<Records[N]>(reader, sink, observer, { now, random, timing })
}
