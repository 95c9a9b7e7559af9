import type { ResourceSpec } from '../../kinds/descriptor.ts'
import { listResources } from '../../kinds/index.ts'
import type { Seconds } from '../../model/meta.ts'
import type { CustomResource, Records, ResourceName } from '../../model/records.ts'
import { ALL_NAMESPACES, type ChangeType, type WatchState } from '../../model/watch-state.ts'
import type { Connection } from '../client/connection.ts'
import { Decoder } from '../decode/decoder.ts'
import type { RestartReason } from './failure.ts'
import { ListerWatcher } from './lister-watcher.ts'
import { Reflector } from './reflector.ts'
import { DEFAULT_TIMING, type ReflectorTiming } from './reflector-context.ts'

/** Keeps what the watches bring. `namespace` is that of the watch: '' for one over all namespaces. */
export interface ClusterSink {
  apply<N extends ResourceName>(resource: N, type: ChangeType, record: Records[N], now: Seconds): void
  /** A list is complete: whatever is not among these UIDs is gone. */
  retain(resource: ResourceName, namespace: string, uids: ReadonlySet<string>, now: Seconds): void
  setWatchState(resource: ResourceName, namespace: string, state: WatchState): void
}

/** Hears how watching goes; the sink has been served by then. */
export interface ClusterObserver {
  state?(resource: ResourceName, namespace: string, state: WatchState): void
  restarted?(resource: ResourceName, namespace: string, reason: RestartReason, error: unknown): void
  event?(resource: ResourceName, type: ChangeType | 'BOOKMARK' | 'ERROR'): void
  listed?(resource: ResourceName, seconds: number): void
}

export interface WatcherOptions {
  readonly connection: Connection
  /** The namespaces to watch; empty for all. */
  readonly namespaces: readonly string[]
  readonly now: () => Seconds
  readonly random: () => number
  readonly timing?: ReflectorTiming
  /** Watched besides the built-in resources; none by default. */
  readonly customResources?: readonly CustomResource[]
  /** Default: all that there are. */
  readonly resources?: readonly ResourceSpec[]
}

/** Watches every resource in every namespace that the options name. */
export class ClusterWatcher {
  readonly #reflectors: readonly { start(): void; stop(): Promise<void>; wake(): void }[]

  constructor(options: WatcherOptions, sink: ClusterSink, observer: ClusterObserver = {}) {
    const { customResources = [], resources = listResources(customResources) } = options
    const decoder = new Decoder(customResources)
    const target: Target = {
      sink,
      observer,
      // The first watch that works again shows the others that the API server answers.
      working: () => this.wake(),
    }
    const namespaces = options.namespaces.length === 0 ? [ALL_NAMESPACES] : options.namespaces
    this.#reflectors = resources.flatMap((spec) =>
      (spec.clusterScoped === true ? [ALL_NAMESPACES] : namespaces).map((namespace) =>
        reflector(spec.name, spec, namespace, decoder, options, target),
      ),
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

/** Where what a watch brings goes. */
interface Target {
  readonly sink: ClusterSink
  readonly observer: ClusterObserver
  readonly working: () => void
}

function reflector<N extends ResourceName>(
  resource: N,
  spec: ResourceSpec,
  namespace: string,
  decoder: Decoder,
  { connection, now, random, timing = DEFAULT_TIMING }: WatcherOptions,
  { sink, observer, working }: Target,
): Reflector<Records[N]> {
  const reader = new ListerWatcher(connection, spec, namespace, decoder, decoder.objects[resource], random)
  const keep = {
    upsert: (record: Records[N]) => sink.apply(resource, 'MODIFIED', record, now()),
    remove: (record: Records[N]) => sink.apply(resource, 'DELETED', record, now()),
    retain: (uids: ReadonlySet<string>) => sink.retain(resource, namespace, uids, now()),
    state: (state: WatchState) => {
      sink.setWatchState(resource, namespace, state)
      observer.state?.(resource, namespace, state)
      if (state.type === 'working') working()
    },
  }
  const hear = {
    restarted: (reason: RestartReason, error: unknown) =>
      observer.restarted?.(resource, namespace, reason, error),
    event: (type: ChangeType | 'BOOKMARK' | 'ERROR') => observer.event?.(resource, type),
    listed: (seconds: number) => observer.listed?.(resource, seconds),
  }
  return new Reflector<Records[N]>(reader, keep, hear, { now, random, timing })
}
