import type { ClusterSink } from '../cluster/watch/cluster-watcher.ts'
import { findOwnerKind } from '../kinds/index.ts'
import type { Dependencies } from '../model/dependencies.ts'
import type { Meta, Seconds } from '../model/meta.ts'
import type { Pod } from '../model/pod.ts'
import {
  BUILT_IN_RESOURCES,
  type BuiltInRecords,
  type BuiltInResource,
  type CustomResource,
  customResourceName,
  type Node,
  type Records,
  type ResourceName,
} from '../model/records.ts'
import type { ClusterView } from '../model/view.ts'
import { ALL_NAMESPACES, type ChangeType, type WatchState } from '../model/watch-state.ts'
import { ChangeBus } from './change-bus.ts'
import { EvictionHistory } from './eviction-history.ts'
import { Past } from './past.ts'
import { RefusalHistory } from './refusal-history.ts'
import { isSameNode } from './same-node.ts'
import { Store } from './store.ts'
import { TerminationHistory } from './termination-history.ts'
import { WatchStates } from './watch-states.ts'

/** Events that are kept (about 1 KB each); beyond this number the oldest are forgotten, as an event matters only for a while. */
const MAX_EVENTS = 20_000
/** Owners above an object that are looked up, so that owners that own each other end the search. */
const MAX_OWNERS = 8
/** Changed workloads that are listed; beyond this number the caller looks at all of them, which costs no more. */
const MAX_TOUCHED = 100_000

type Stores = { readonly [N in ResourceName]: Store<Records[N]> }

/** An empty store for each resource that is watched. */
function createStores(customResources: readonly CustomResource[]): Stores {
  const names = [...BUILT_IN_RESOURCES, ...customResources.map(customResourceName)]
  const stores: object = Object.fromEntries(names.map((name) => [name, new Store()]))
  if (!isComplete(stores)) throw new TypeError('a built-in resource without a store')
  return stores
}

/** A store gets the type of its records from its name, because empty stores are alike. */
function isComplete(stores: object): stores is Stores {
  return BUILT_IN_RESOURCES.every((name) => Object.hasOwn(stores, name))
}

/** The cluster in memory: every object as a watch last reported it, with the ends of containers that pods no longer show. */
export class ClusterCache implements ClusterView, ClusterSink {
  readonly customResources: readonly CustomResource[]
  readonly objects: Stores
  readonly watchStates = new WatchStates()
  readonly histories = new TerminationHistory()
  readonly refusals = new RefusalHistory()
  readonly evictions = new EvictionHistory()
  readonly past = new Past()
  readonly #bus = new ChangeBus()
  #changeCount = 0
  /**
   * UIDs of the objects that changed since the last takeTouched(), and of all their owners; null: any may have, as before the
   * first call and beyond MAX_TOUCHED.
   */
  #touched: Set<string> | null = null
  /** Names of the nodes that changed since then: the workloads that have pods there are looked up once for all of them. */
  #touchedNodes = new Set<string>()

  /** `customResources`: those that are watched besides the built-in resources. */
  constructor(customResources: readonly CustomResource[] = []) {
    this.customResources = customResources
    this.objects = createStores(customResources)
  }

  /** Applies one change that a watch reports. Applying it again has no effect. */
  apply<N extends ResourceName>(resource: N, type: ChangeType, record: Records[N], now: Seconds): void {
    const store: Store<Records[N]> = this.objects[resource]
    let previous: Records[N] | undefined
    if (type === 'DELETED') {
      previous = store.remove(record)
      if (previous === undefined) return
      if (isOf('pods', resource, record)) this.#remove(record, now)
      this.#noteDeletion(resource, record, now)
    } else {
      if (isOf('nodes', resource, record) && this.#isKnown(record)) return
      previous = store.put(record)
      if (previous?.resourceVersion === record.resourceVersion && previous.uid === record.uid) return
      const before = previous !== undefined && isOf('pods', resource, previous) ? previous : null
      const isReplaced = before !== null && before.uid !== record.uid
      if (isReplaced) this.#remove(before, now)
      if (isOf('pods', resource, record)) this.#observe(record, now, isReplaced ? null : before)
      if (isOf('events', resource, record)) this.histories.noteEvent(record)
      this.#note(resource, record, previous, now)
    }
    if (isOf('nodes', resource, record)) this.#touchedNodes.add(record.name)
    else this.#touch(record)
    if (resource === 'events') this.#forgetOldEvents()
    this.#changeCount += 1
    this.#bus.changed(resource, record, previous)
  }

  #noteDeletion<N extends ResourceName>(resource: N, record: Records[N], now: Seconds): void {
    if (isOf('pods', resource, record)) this.past.podEnded(record, now)
    else if (isOf('jobs', resource, record)) this.past.jobDeleted(record, now)
    else this.past.forget(record.uid)
  }

  #note<N extends ResourceName>(
    resource: N,
    record: Records[N],
    previous: Records[N] | undefined,
    now: Seconds,
  ): void {
    if (isOf('replicasets', resource, record)) this.past.observeReplicaSet(record)
    else if (isOf('statefulsets', resource, record)) this.past.observeStatefulSet(record)
    else if (isOf('pods', resource, record)) {
      const wasOver = previous !== undefined && isOf('pods', resource, previous) && hasEnded(previous)
      if (hasEnded(record) && !wasOver) this.past.podEnded(record, now)
    }
  }

  /** UIDs of the workloads that changed, themselves or in what they own, since the last call; null: any may have. */
  takeTouched(): ReadonlySet<string> | null {
    if (this.#touched !== null && this.#touchedNodes.size > 0)
      for (const pod of this.objects.pods.all()) if (this.#touchedNodes.has(pod.node)) this.#touch(pod)
    this.#touchedNodes.clear()
    const touched = this.#touched
    this.#touched = new Set()
    return touched
  }

  /**
   * Removes the objects that a complete list did not have. `uids` are those of the list, `namespace` is what was listed
   * ('' for all).
   */
  retain<N extends ResourceName>(
    resource: N,
    namespace: string,
    uids: ReadonlySet<string>,
    now: Seconds,
  ): void {
    const store: Store<Records[N]> = this.objects[resource]
    const known = namespace === ALL_NAMESPACES ? store.all() : store.inNamespace(namespace)
    const vanished = [...known].filter(({ uid }) => !uids.has(uid))
    for (const record of vanished) this.apply(resource, 'DELETED', record, now)
  }

  setWatchState(resource: ResourceName, namespace: string, state: WatchState): void {
    const before = this.watchStates.get(resource, namespace).type
    this.watchStates.set(resource, namespace, state)
    // Waiters are called when data arrive, become old or are current again.
    if (before === this.watchStates.get(resource, namespace).type) return
    this.#changeCount += 1
    this.#bus.changedEverywhere()
  }

  ageSeconds(resource: ResourceName, namespace: string, now: Seconds): number {
    return this.watchStates.ageSeconds(resource, namespace, now)
  }

  obstacle(resource: ResourceName, namespace: string): 'unsynced' | 'forbidden' | 'absent' | null {
    const { type } = this.watchStates.get(resource, namespace)
    return type === 'working' || type === 'broken' ? null : type
  }

  isKnown(resource: ResourceName): boolean {
    return this.watchStates.isKnown(resource)
  }

  get changes(): number {
    return this.#changeCount
  }

  get watchesWork(): boolean {
    return this.watchStates.allWork
  }

  onChange(dependencies: Dependencies, listener: () => void): () => void {
    return this.#bus.on(dependencies, listener)
  }

  /** The kubelet's events about a pod may come before the status that shows what they are about. */
  #observe(pod: Pod, now: Seconds, before: Pod | null = null): void {
    this.histories.observe(pod, now, before)
    if (this.histories.byUid(pod.uid) === undefined) return
    for (const event of this.objects.events.ownedBy(pod.uid)) this.histories.noteEvent(event)
  }

  #remove(pod: Pod, now: Seconds): void {
    this.#observe(pod, now)
    this.histories.removePod(pod, now)
    this.refusals.removePod(pod, now)
    this.evictions.removePod(pod, now)
  }

  /** Notes the object itself and all of its owners: any of them may be a workload with series. */
  #touch({ uid, owner }: Meta): void {
    const touched = this.#touched
    if (touched === null) return
    touched.add(uid)
    let next = owner
    for (let depth = 0; depth < MAX_OWNERS && next !== null; depth += 1) {
      touched.add(next.uid)
      const kind = findOwnerKind(next, this.customResources)
      const object = kind === undefined ? undefined : this.objects[kind.resource.name]?.byUid(next.uid)
      next = object?.owner ?? null
    }
    if (touched.size > MAX_TOUCHED) this.#touched = null
  }

  #isKnown(node: Node): boolean {
    const known = this.objects.nodes.get(node.namespace, node.name)
    return known !== undefined && isSameNode(known, node)
  }

  #forgetOldEvents(): void {
    const { events } = this.objects
    for (const event of events.all()) {
      if (events.size <= MAX_EVENTS) return
      events.remove(event)
    }
  }
}

/** Whether a pod has ended for good: it holds neither a node's room nor a quota any more. */
function hasEnded({ phase }: Pod): boolean {
  return phase === 'Failed' || phase === 'Succeeded'
}

/** The resource's name says what its records are; TypeScript can't narrow a generic by it. */
function isOf<N extends BuiltInResource>(
  name: N,
  resource: ResourceName,
  _record: Records[ResourceName],
): _record is BuiltInRecords[N] {
  return resource === name
}
