import {
  ANYTHING,
  type Dependencies,
  labelKey,
  nameKey,
  namespaceKey,
  ownedKey,
  selectorKeys,
  uidKey,
} from '../model/dependencies.ts'
import type { PodHistory } from '../model/history.ts'
import type { LabelSelector, Meta, Seconds } from '../model/meta.ts'
import type { CustomResource, Job, ResourceName } from '../model/records.ts'
import type { Attainment, ClusterView, Index, ObjectIndex, PastView } from '../model/view.ts'

type Record = (key: string) => void

/** A view that keeps account of what an evaluation reads, so that only a change of that makes it evaluate again. */
export class TrackedView implements ClusterView {
  readonly objects: ClusterView['objects']
  readonly histories: ClusterView['histories']
  readonly refusals: ClusterView['refusals']
  readonly evictions: ClusterView['evictions']
  readonly past: PastView
  readonly #view: ClusterView
  /** Of the evaluation that runs; null while none does. */
  #keys: Set<string> | null = null

  constructor(view: ClusterView) {
    this.#view = view
    const record = (key: string): void => {
      this.#keys?.add(key)
    }
    const tracked: object = Object.fromEntries(
      Object.entries(view.objects).map(([name, index]) => [
        name,
        new TrackedObjects<Meta>(name, index, record),
      ]),
    )
    if (!hasAll(tracked, view.objects)) throw new TypeError('a resource without a tracked index')
    this.objects = tracked
    this.histories = new TrackedHistories('pods', view.histories, record)
    this.refusals = trackOwned(view.refusals, record)
    this.evictions = trackOwned(view.evictions, record)
    this.past = new TrackedPast(view.past, record)
  }

  /** Evaluates, and says what was read; within another evaluation, that has read it too. Throws what the evaluation throws. */
  track<T>(evaluate: () => T): { readonly value: T; readonly dependencies: Dependencies } {
    const outer = this.#keys
    const keys = new Set<string>()
    this.#keys = keys
    try {
      return { value: evaluate(), dependencies: keys }
    } finally {
      this.#keys = outer
      if (outer !== null) for (const key of keys) outer.add(key)
    }
  }

  get customResources(): readonly CustomResource[] {
    return this.#view.customResources
  }

  get changes(): number {
    return this.#view.changes
  }

  get watchesWork(): boolean {
    return this.#view.watchesWork
  }

  ageSeconds(resource: ResourceName, namespace: string, now: Seconds): number {
    return this.#view.ageSeconds(resource, namespace, now)
  }

  obstacle(resource: ResourceName, namespace: string): 'unsynced' | 'forbidden' | 'absent' | null {
    return this.#view.obstacle(resource, namespace)
  }

  onChange(dependencies: Dependencies, listener: () => void): () => void {
    return this.#view.onChange(dependencies, listener)
  }
}

interface OwnedIndex<R> {
  ownedBy(uid: string): readonly R[]
}

/** What is remembered of an owner's deleted pods: it changes when one more is deleted, which concerns what the owner owns. */
function trackOwned<R>(index: OwnedIndex<R>, record: Record): OwnedIndex<R> {
  return {
    ownedBy: (uid) => {
      record(ownedKey(uid))
      return index.ownedBy(uid)
    },
  }
}

function hasAll(tracked: object, objects: ClusterView['objects']): tracked is ClusterView['objects'] {
  return Object.keys(objects).every((name) => Object.hasOwn(tracked, name))
}

/** Records what is read from an index. */
class TrackedIndex<R> implements Index<R> {
  readonly #resource: string
  readonly #index: Index<R>
  readonly #record: Record

  constructor(resource: string, index: Index<R>, record: Record) {
    this.#resource = resource
    this.#index = index
    this.#record = record
  }

  get size(): number {
    this.#record(ANYTHING)
    return this.#index.size
  }

  byUid(uid: string): R | undefined {
    this.#record(uidKey(uid))
    return this.#index.byUid(uid)
  }

  ownedBy(uid: string): readonly R[] {
    this.#record(ownedKey(uid))
    return this.#index.ownedBy(uid)
  }

  withLabel(namespace: string, key: string, value: string): readonly R[] {
    this.#record(labelKey(this.#resource, namespace, key, value))
    return this.#index.withLabel(namespace, key, value)
  }

  select(namespace: string, selector: LabelSelector): readonly R[] {
    for (const key of selectorKeys(this.#resource, namespace, selector)) this.#record(key)
    return this.#index.select(namespace, selector)
  }

  all(): Iterable<R> {
    this.#record(ANYTHING)
    return this.#index.all()
  }
}

class TrackedObjects<R extends Meta> extends TrackedIndex<R> implements ObjectIndex<R> {
  readonly #get: (namespace: string, name: string) => R | undefined

  constructor(resource: string, index: ObjectIndex<R>, record: Record) {
    super(resource, index, record)
    this.#get = (namespace, name) => {
      record(nameKey(resource, namespace, name))
      return index.get(namespace, name)
    }
  }

  get(namespace: string, name: string): R | undefined {
    return this.#get(namespace, name)
  }
}

/** Histories change with their pods, so what concerns a pod concerns its history. */
class TrackedHistories extends TrackedIndex<PodHistory> {
  readonly #histories: Index<PodHistory>

  constructor(resource: string, histories: Index<PodHistory>, record: Record) {
    super(resource, histories, record)
    this.#histories = histories
  }

  /** Not recorded: an evaluation that knows the UID has read the pod, and that was recorded. */
  override byUid(uid: string): PodHistory | undefined {
    return this.#histories.byUid(uid)
  }
}

/** The past changes with the objects that it is about. */
class TrackedPast implements PastView {
  readonly #past: PastView
  readonly #record: Record

  constructor(past: PastView, record: Record) {
    this.#past = past
    this.#record = record
  }

  attainment(uid: string): Attainment {
    this.#record(uidKey(uid))
    return this.#past.attainment(uid)
  }

  lastPodEnd(namespace: string): Seconds | null {
    this.#record(namespaceKey('pods', namespace))
    return this.#past.lastPodEnd(namespace)
  }

  finishedJobs(namespace: string): readonly Job[] {
    this.#record(namespaceKey('jobs', namespace))
    return this.#past.finishedJobs(namespace)
  }
}
