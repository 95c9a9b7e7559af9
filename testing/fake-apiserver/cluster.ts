import { isObject, type JsonObject, numberAt, objectAt, stringAt } from './json.ts'
import { admitNew, admitUpdate, mergePatch, type WritePart } from './store/admission.ts'
import { alreadyExists, badRequest, conflict, notFound } from './store/api-status.ts'
import { Change } from './store/change.ts'
import type { Encoding } from './store/encoding.ts'
import { PodLogs } from './store/pod-logs.ts'
import { ResourceStore } from './store/resource-store.ts'
import { customResourceType, type ResourceType, ROLLOUT_CRD, resourceTypes } from './store/resource-type.ts'
import { rolloutDefinition } from './store/rollout-definition.ts'
import { objectKey, StoredObject } from './store/stored-object.ts'
import { InvalidObject } from './wire/invalid-object.ts'
import { secondsToTime } from './wire/special.ts'

export interface EmbeddedClusterOptions {
  /** Changes remembered for each resource (10,000); older ones are compacted: 410. */
  readonly historyLimit?: number
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  /** Serve rollouts.argoproj.io from the start (false). */
  readonly rollouts?: boolean
}

const HISTORY_LIMIT = 10_000
/** Where resourceVersions begin: a cluster is never at 0, which means "any" in requests. */
const FIRST_VERSION = 1
const DEFINITIONS = 'customresourcedefinitions'

/** The objects of a small Kubernetes cluster that lives in memory. It has no controllers: things happen when told. */
export class EmbeddedCluster {
  /** What containers wrote. */
  readonly logs = new PodLogs()
  readonly #now: () => number
  readonly #historyLimit: number
  readonly #stores: Map<string, ResourceStore>
  /** Plurals of the custom resources that were ever defined, by the names of their definitions. */
  readonly #custom = new Map<string, string>()
  #version = FIRST_VERSION

  constructor(options: EmbeddedClusterOptions = {}) {
    this.#now = options.now ?? Date.now
    this.#historyLimit = options.historyLimit ?? HISTORY_LIMIT
    this.#stores = new Map(resourceTypes().map((type) => [type.plural, this.#emptyStore(type)] as const))
    for (const name of ['default', 'kube-system']) this.create('namespaces', { metadata: { name } })
    if (options.rollouts === true) this.installRollouts()
  }

  /** Of the newest change in the cluster. */
  get resourceVersion(): number {
    return this.#version
  }

  /** Resources that are served now: custom ones once their definition is installed. */
  types(): readonly ResourceType[] {
    const types = [...this.#stores.values()].map((store) => store.type)
    return types.filter(({ plural, group }) => {
      const definition = `${plural}.${group}`
      return !this.#custom.has(definition) || this.#isDefined(definition)
    })
  }

  /** The store of a resource by its plural name. Throws a TypeError when there is no such resource. */
  store(plural: string): ResourceStore {
    const store = this.#stores.get(plural)
    if (store === undefined) throw new TypeError(`the embedded API has no resource ${plural}`)
    return store
  }

  get rolloutsInstalled(): boolean {
    return this.#isDefined(ROLLOUT_CRD)
  }

  /** Installs the definition of Argo's Rollout: from now on rollouts are served. */
  installRollouts(): void {
    if (!this.rolloutsInstalled) this.create('customresourcedefinitions', rolloutDefinition())
  }

  /** Removes the definition of Rollout, and with it all rollouts. */
  uninstallRollouts(): void {
    this.delete('customresourcedefinitions', '', ROLLOUT_CRD)
  }

  /** The object as it is now. Throws an ApiStatus (404). */
  get(plural: string, namespace: string, name: string): JsonObject {
    return this.#find(plural, namespace, name).toObject()
  }

  /** All objects of a resource, in order. */
  list(plural: string): readonly JsonObject[] {
    return this.store(plural)
      .all()
      .map((object) => object.toObject())
  }

  /** Adds an object; name, uid, creationTimestamp and generation are completed. Throws an ApiStatus (400, 409). */
  create(plural: string, object: JsonObject, namespace = ''): JsonObject {
    const store = this.store(plural)
    const admitted = admitNew(store.type, object, this.#now(), namespace)
    const metadata = objectAt(admitted, 'metadata')
    const name = stringAt(metadata, 'name')
    if (store.get(objectKey(stringAt(metadata, 'namespace'), name)) !== undefined) {
      throw alreadyExists(store.type.group, plural, name)
    }
    if (plural === DEFINITIONS) this.#serve(name, customResourceType(admitted))
    const stored = this.#store(store.type, admitted)
    store.apply(new Change('ADDED', stored, null))
    return stored.toObject()
  }

  /**
   * Replaces an object. With a resourceVersion in its metadata it must be the present one. Throws an ApiStatus (404, 409).
   */
  update(plural: string, object: JsonObject, part: WritePart = 'whole'): JsonObject {
    const store = this.store(plural)
    const metadata = objectAt(object, 'metadata')
    const name = stringAt(metadata, 'name')
    const present = this.#find(plural, stringAt(metadata, 'namespace'), name)
    const expected = stringAt(metadata, 'resourceVersion')
    const uid = stringAt(metadata, 'uid')
    const old = present.toObject()
    if (expected !== '' && expected !== String(present.resourceVersion))
      throw conflict(store.type.group, plural, name)
    if (uid !== '' && uid !== stringAt(objectAt(old, 'metadata'), 'uid'))
      throw conflict(store.type.group, plural, name)
    const admitted = admitUpdate(store.type, old, object, part)
    if (isFinished(admitted)) return this.#remove(store, present, admitted)
    const stored = this.#store(store.type, admitted)
    store.apply(new Change('MODIFIED', stored, present))
    return stored.toObject()
  }

  /** Changes an object by a JSON merge patch. Throws an ApiStatus (404, 409). */
  patch(
    plural: string,
    namespace: string,
    name: string,
    patch: JsonObject,
    part: WritePart = 'whole',
  ): JsonObject {
    const old = this.#find(plural, namespace, name).toObject()
    const sent = objectAt(patch, 'metadata').resourceVersion
    const merged = mergePatch(old, patch)
    const metadata = { ...objectAt(merged, 'metadata'), name, namespace, resourceVersion: sent }
    return this.update(plural, { ...merged, metadata }, part)
  }

  /**
   * Deletes an object: at once, or with a grace period (seconds) by marking it as being deleted; a second call without
   * grace removes it. Objects with finalizers stay until these are gone. Throws an ApiStatus (404).
   */
  delete(plural: string, namespace: string, name: string, graceSeconds = 0): JsonObject {
    const store = this.store(plural)
    const present = this.#find(plural, namespace, name)
    const old = present.toObject()
    const metadata = objectAt(old, 'metadata')
    const finalizers = metadata.finalizers
    if (graceSeconds <= 0 && finalizers === undefined) return this.#remove(store, present, old)
    if (stringAt(metadata, 'deletionTimestamp') !== '') return old
    const at = secondsToTime(Math.floor(this.#now() / 1000) + graceSeconds)
    const marked = { ...metadata, deletionTimestamp: at, deletionGracePeriodSeconds: graceSeconds }
    const generation = numberAt(metadata, 'generation')
    const bumped = generation > 0 ? { ...marked, generation: generation + 1 } : marked
    const stored = this.#store(store.type, { ...old, metadata: bumped })
    store.apply(new Change('MODIFIED', stored, present))
    return stored.toObject()
  }

  /**
   * Fills the cluster quickly: no events are sent or remembered, objects are kept in their protobuf form alone. They must
   * be complete (name, namespace, uid, creationTimestamp).
   */
  seed(plural: string, objects: Iterable<JsonObject>): void {
    const store = this.store(plural)
    for (const object of objects) {
      this.#version += 1
      store.place(new Change('ADDED', this.#encode(store.type, object, this.#version, 'protobuf'), null))
    }
    store.compact(this.#version)
  }

  /**
   * Encodes changes ahead, so that `commit` can send them as fast as clients take them: each object is a whole new state
   * of its kind. Nothing else may be written between the two.
   */
  prepare(plural: string, objects: Iterable<JsonObject>, encoding: Encoding): readonly Change[] {
    const store = this.store(plural)
    const latest = new Map<string, StoredObject>()
    const changes: Change[] = []
    for (const object of objects) {
      const stored = this.#encode(store.type, object, this.#version + changes.length + 1, encoding)
      const previous = latest.get(stored.key) ?? store.get(stored.key) ?? null
      const change = new Change(previous === null ? 'ADDED' : 'MODIFIED', stored, previous)
      change.frame(change.type, encoding)
      latest.set(stored.key, stored)
      changes.push(change)
    }
    return changes
  }

  /** Applies prepared changes, in order. Throws a RangeError when something else was written since. */
  commit(changes: Iterable<Change>): void {
    for (const change of changes) {
      if (change.resourceVersion !== this.#version + 1) {
        throw new RangeError(`prepared for ${change.resourceVersion}, but the cluster is at ${this.#version}`)
      }
      this.#version += 1
      this.store(change.object.type.plural).apply(change)
    }
  }

  /** Forgets all history: older resourceVersions and continue tokens get 410. */
  compact(resourceVersion = this.#version): void {
    for (const store of this.#stores.values()) store.compact(resourceVersion)
  }

  #remove(store: ResourceStore, present: StoredObject, last: JsonObject): JsonObject {
    const stored = this.#store(store.type, last)
    store.apply(new Change('DELETED', stored, present))
    const custom = store.type.plural === DEFINITIONS ? this.#custom.get(present.objectName) : undefined
    if (custom !== undefined) this.#withdraw(custom)
    return stored.toObject()
  }

  #emptyStore(type: ResourceType): ResourceStore {
    return new ResourceStore(type, this.#historyLimit, this.#version)
  }

  #isDefined(definition: string): boolean {
    return this.store(DEFINITIONS).get(objectKey('', definition)) !== undefined
  }

  /** Serves a custom resource, whose history begins here. Stores are found by the plural alone. */
  #serve(definition: string, type: ResourceType): void {
    const { plural, group } = type
    if (this.#stores.has(plural) && this.#custom.get(definition) !== plural)
      throw new TypeError(`the embedded API has a resource ${plural} already, and not that of ${group}`)
    this.#custom.set(definition, plural)
    this.#stores.set(plural, this.#emptyStore(type))
  }

  /** Its definition is gone, and with it all objects. */
  #withdraw(plural: string): void {
    const store = this.store(plural)
    for (const { namespace, objectName } of store.all()) this.delete(plural, namespace, objectName)
    store.endWatches()
  }

  #find(plural: string, namespace: string, name: string): StoredObject {
    const store = this.store(plural)
    const object = store.get(objectKey(store.type.namespaced ? namespace : '', name))
    if (object === undefined) throw notFound(store.type.group, plural, name)
    return object
  }

  #store(type: ResourceType, object: JsonObject): StoredObject {
    const stored = this.#encode(type, object, this.#version + 1)
    this.#version += 1
    return stored
  }

  #encode(type: ResourceType, object: JsonObject, version: number, encoding?: Encoding): StoredObject {
    const metadata = { ...objectAt(object, 'metadata'), resourceVersion: String(version) }
    try {
      return new StoredObject(type, { ...object, metadata }, encoding)
    } catch (cause) {
      if (!(cause instanceof InvalidObject)) throw cause
      const { kind, version: served } = type
      throw badRequest(`${kind} in version "${served}" cannot be handled as a ${kind}: ${cause.message}`)
    }
  }
}

/** Being deleted, past its grace period, with no finalizer left. */
function isFinished(object: JsonObject): boolean {
  const metadata = objectAt(object, 'metadata')
  if (stringAt(metadata, 'deletionTimestamp') === '') return false
  const finalizers = metadata.finalizers
  const held = Array.isArray(finalizers) ? finalizers.length > 0 : isObject(finalizers)
  return !held && numberAt(metadata, 'deletionGracePeriodSeconds') === 0
}
