import type { ResourceSpec } from '../../kinds/descriptor.ts'
import { listResources } from '../../kinds/index.ts'
import type { Seconds } from '../../model/meta.ts'
import type { CustomResource, ResourceName } from '../../model/records.ts'
import { ALL_NAMESPACES, type WatchState } from '../../model/watch-state.ts'
import type { Connection } from '../client/connection.ts'
import { Decoder } from '../decode/decoder.ts'
import type { RestartReason } from './failure.ts'
import { ListerWatcher } from './lister-watcher.ts'
import { type RawObject, rawObjects } from './raw-object.ts'
import { RecordedNodes } from './recorded-nodes.ts'
import { Reflector } from './reflector.ts'
import { DEFAULT_TIMING } from './reflector-context.ts'

/** Hears what happens to objects; each comes whole. */
export interface RecorderListener {
  change(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: RawObject['object']): void
  state(resource: ResourceName, state: WatchState): void
  restarted(resource: ResourceName, reason: RestartReason, error: unknown): void
}

export interface RecorderOptions {
  readonly connection: Connection
  readonly namespace: string
  readonly now: () => Seconds
  readonly random: () => number
  /** Recorded besides the built-in resources. */
  readonly customResources: readonly CustomResource[]
}

/** Watches everything that the service watches, in one namespace, and reports each change once, whatever breaks meanwhile. */
export class Recorder {
  readonly #reflectors: readonly Reflector<RawObject>[]

  constructor(options: RecorderOptions, listener: RecorderListener) {
    const nodes = new RecordedNodes((type, object) => listener.change(type, object))
    this.#reflectors = listResources(options.customResources).map((spec) =>
      reflector(spec, options, listener, nodes),
    )
  }

  start(): void {
    for (const reflector of this.#reflectors) reflector.start()
  }

  async stop(): Promise<void> {
    await Promise.all(this.#reflectors.map((reflector) => reflector.stop()))
  }
}

function reflector(
  spec: ResourceSpec,
  { connection, namespace, now, random }: RecorderOptions,
  listener: RecorderListener,
  nodes: RecordedNodes,
): Reflector<RawObject> {
  const resource = spec.name
  const scope = spec.clusterScoped === true ? ALL_NAMESPACES : namespace
  // Whole objects come as JSON: their protobuf form would need every field of every kind.
  const json: ResourceSpec = { ...spec, encoding: 'json' }
  const reader = new ListerWatcher(connection, json, scope, new Decoder(), rawObjects(spec), random)
  const known = new Map<string, RawObject>()
  const remove = (gone: RawObject): void => {
    if (known.delete(gone.uid)) listener.change('DELETED', gone.object)
  }
  const state = (watch: WatchState): void => listener.state(resource, watch)
  const sink = {
    upsert: (record: RawObject) => {
      const before = known.get(record.uid)
      if (before?.resourceVersion === record.resourceVersion) return
      known.set(record.uid, record)
      if (resource === 'pods') nodes.usedBy(record.object)
      listener.change(before === undefined ? 'ADDED' : 'MODIFIED', record.object)
    },
    remove,
    retain: (uids: ReadonlySet<string>) => {
      for (const object of [...known.values()]) if (!uids.has(object.uid)) remove(object)
    },
    state,
  }
  const observer = {
    restarted: (reason: RestartReason, error: unknown) => listener.restarted(resource, reason, error),
    event: () => undefined,
    listed: () => undefined,
  }
  const ofNodes = {
    upsert: (record: RawObject) => nodes.upsert(record),
    remove: (record: RawObject) => nodes.remove(record),
    retain: (uids: ReadonlySet<string>) => nodes.retain(uids),
    state,
  }
  return new Reflector(reader, resource === 'nodes' ? ofNodes : sink, observer, {
    now,
    random,
    timing: DEFAULT_TIMING,
  })
}
