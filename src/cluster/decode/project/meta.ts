import { truncate, truncateMiddle } from '../../../lib/text.ts'
import type { Condition, IntOrPercent, Labels, OwnerRef, Seconds } from '../../../model/meta.ts'
import { Pool } from '../intern.ts'
import type * as slim from '../slim.generated.ts'

/** Annotations that a rule reads. */
const KEPT_ANNOTATIONS: ReadonlySet<string> = new Set([
  'deployment.kubernetes.io/revision',
  'rollout.argoproj.io/revision',
  'rollout.argoproj.io/workload-generation',
])
const OWN_ANNOTATION_PREFIX = 'lynceus.dev/'
/** More of our own annotations are not kept: fewer names exist, and each object pays for them. */
const MAX_OWN_ANNOTATIONS = 16
/** Characters of a value that are kept: no valid one is as long. */
const MAX_ANNOTATION = 64

/** Longer messages are cut: some admission webhooks write pages. Bytes are not counted, characters are. */
const MAX_MESSAGE = 1024
/** Characters of a longer message that are kept from its start; its end says why something failed. */
const MAX_MESSAGE_START = 256

const NO_LABELS: Labels = Object.freeze({})
const NO_ANNOTATIONS: Readonly<Record<string, string>> = Object.freeze({})
export const NO_CONDITIONS: readonly Condition[] = Object.freeze([])

/** Projects the parts that all kinds have in common; equal parts become the same object. */
export class MetaProjector {
  readonly #labels = new Pool<string, Labels>()
  readonly #annotations = new Pool<string, Readonly<Record<string, string>>>()
  readonly #owners = new Pool<string, OwnerRef>()
  readonly #texts = new Pool<string, string>()
  #lastLabels: Labels = NO_LABELS
  #lastOwner: OwnerRef | null = null

  /** Objects come sorted by name, so that those of one template follow each other: the last one's are tried first. */
  labels(labels: Labels): Labels {
    if (sameLabels(labels, this.#lastLabels)) return this.#lastLabels
    let key = ''
    for (const name in labels) key += `${name}=${labels[name]},`
    if (key === '') return NO_LABELS
    this.#lastLabels = this.#labels.get(key) ?? this.#labels.keep(key, Object.freeze({ ...labels }))
    return this.#lastLabels
  }

  /** Only the annotations that a rule reads; most workloads have no others than their neighbours, or none. */
  annotations(all: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    let key = ''
    let own = 0
    const kept: [name: string, value: string][] = []
    for (const name in all) {
      const isOwn = name.startsWith(OWN_ANNOTATION_PREFIX)
      if (isOwn) own += 1
      if (isOwn ? own > MAX_OWN_ANNOTATIONS : !KEPT_ANNOTATIONS.has(name)) continue
      const value = truncate(all[name] ?? '', MAX_ANNOTATION)
      key += `${name}=${value.length}:${value}`
      kept.push([name, value])
    }
    if (key === '') return NO_ANNOTATIONS
    return this.#annotations.get(key) ?? this.#annotations.keep(key, Object.freeze(Object.fromEntries(kept)))
  }

  owner(references: readonly slim.OwnerReference[]): OwnerRef | null {
    const controller = references.find((one) => one.controller)
    return controller === undefined ? null : this.ownerRef(controller)
  }

  ownerRef({ apiVersion, kind, name, uid }: OwnerRef): OwnerRef {
    if (this.#lastOwner?.uid === uid) return this.#lastOwner
    this.#lastOwner =
      this.#owners.get(uid) ?? this.#owners.keep(uid, Object.freeze({ apiVersion, kind, name, uid }))
    return this.#lastOwner
  }

  /** A reason or message that many objects carry. */
  text(text: string): string {
    if (text === '') return ''
    const cut = truncateMiddle(text, MAX_MESSAGE, MAX_MESSAGE_START)
    return this.#texts.get(cut) ?? this.#texts.keep(cut, cut)
  }

  conditions(conditions: readonly (slim.PodCondition | slim.DeploymentCondition)[]): readonly Condition[] {
    return conditions.length === 0 ? NO_CONDITIONS : conditions.map((condition) => this.condition(condition))
  }

  condition(condition: slim.PodCondition | slim.DeploymentCondition): Condition {
    const since = seconds(condition.lastTransitionTime)
    const updated = 'lastUpdateTime' in condition ? seconds(condition.lastUpdateTime) : 0
    return {
      type: condition.type,
      status: condition.status,
      reason: condition.reason,
      message: this.text(condition.message),
      since,
      updatedAt: updated === 0 ? since : updated,
    }
  }
}

/** Both ways, without making anything: every label of one is in the other, and they are as many. */
function sameLabels(one: Labels, other: Labels): boolean {
  let count = 0
  for (const name in one) {
    if (one[name] !== other[name]) return false
    count += 1
  }
  for (const _ in other) count -= 1
  return count === 0
}

export function seconds(time: slim.Time | null): Seconds {
  return time === null ? 0 : time.seconds
}

export function intOrPercent(value: slim.IntOrString | null | undefined): IntOrPercent {
  if (value === null || value === undefined) return null
  return value.type === 0 ? value.intVal : value.strVal
}

const EMPTY_META: slim.ObjectMeta = {
  name: '',
  namespace: '',
  uid: '',
  resourceVersion: '',
  generation: 0,
  creationTimestamp: null,
  deletionTimestamp: null,
  labels: NO_LABELS,
  annotations: NO_ANNOTATIONS,
  ownerReferences: [],
}

/** `metadata` of a kind with generations; empty when the object has none (which no API server sends). */
export function workloadMeta(meta: slim.ObjectMeta | null, projector: MetaProjector) {
  const from = meta ?? EMPTY_META
  return {
    ...plainMeta(from, projector),
    generation: from.generation,
    annotations: projector.annotations(from.annotations),
  }
}

export function plainMeta(
  meta: Omit<slim.PlainMeta, 'deletionGracePeriodSeconds'> | null,
  projector: MetaProjector,
) {
  const from = meta ?? EMPTY_META
  return {
    namespace: projector.text(from.namespace),
    name: from.name,
    uid: from.uid,
    resourceVersion: from.resourceVersion,
    createdAt: seconds(from.creationTimestamp),
    deletedAt: from.deletionTimestamp === null ? null : from.deletionTimestamp.seconds,
    labels: projector.labels(from.labels),
    owner: projector.owner(from.ownerReferences),
  }
}
