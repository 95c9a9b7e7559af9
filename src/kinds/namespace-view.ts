import { HASH_LABELS } from '../model/hash-labels.ts'
import type { RefusedPods } from '../model/history.ts'
import { type Condition, findCondition, type LabelSelector, type Meta, type Seconds } from '../model/meta.ts'
import type { Pod } from '../model/pod.ts'
import type { ClusterEvent, ControllerRevision, ReplicaSet } from '../model/records.ts'
import type { ClusterView } from '../model/view.ts'
import type { NodeFacts, PodFacts } from '../rules/container-facts.ts'
import { NOTHING_KNOWN, type RefusalFacts } from '../rules/quota.ts'
import { RequiredData } from './required-data.ts'

/** The view of one namespace for one question; `required` records how old the data are that the answer needs. */
export class NamespaceView {
  readonly cluster: ClusterView
  readonly namespace: string
  readonly required: RequiredData
  readonly #hasEvents: boolean
  readonly #hasNodes: boolean

  constructor(view: ClusterView, namespace: string, now: Seconds, staleAfterSeconds: number) {
    this.cluster = view
    this.namespace = namespace
    this.required = new RequiredData(view, namespace, now, staleAfterSeconds)
    this.#hasEvents = this.required.has('events')
    this.#hasNodes = this.required.has('nodes')
  }

  get objects(): ClusterView['objects'] {
    return this.cluster.objects
  }

  /** False when events can't be read: the rules then do without. */
  get hasEvents(): boolean {
    return this.#hasEvents
  }

  listEvents({ uid }: Pick<Meta, 'uid'>): readonly ClusterEvent[] {
    return this.#hasEvents ? this.objects.events.ownedBy(uid) : []
  }

  /** False when nodes can't be read: the rules then do without. */
  get hasNodes(): boolean {
    return this.#hasNodes
  }

  /** Events matter only for pods that are not ready, nodes also for those that are to end. */
  gatherFacts(pod: Pod): PodFacts {
    const events = pod.ready ? [] : this.listEvents(pod)
    const node = pod.ready && pod.deletedAt === null ? undefined : this.#findNode(pod.node)
    const history = this.cluster.histories.byUid(pod.uid)
    return node === undefined ? { pod, history, events } : { pod, history, events, node }
  }

  /** Undefined when nothing is known of it, as where the API server has no nodes at all (virtual clusters). */
  #findNode(name: string): NodeFacts | undefined {
    if (name === '' || !this.#hasNodes) return undefined
    const { nodes } = this.objects
    return nodes.get('', name) ?? (nodes.select('', []).length === 0 ? undefined : 'gone')
  }

  listPods({ uid }: Pick<Meta, 'uid'>): PodFacts[] {
    return this.objects.pods.ownedBy(uid).map((pod) => this.gatherFacts(pod))
  }

  /** Refused pods of an owner that it deleted, of one revision. */
  listRefusals({ uid }: Pick<Meta, 'uid'>, revision: string | null): readonly RefusedPods[] {
    return this.cluster.refusals.ownedBy(uid).filter((one) => one.revision === (revision ?? ''))
  }

  /** Events about pods whose name begins so, also about those that are gone. Costs as much as the namespace has events. */
  listPodEvents(prefix: string): readonly ClusterEvent[] {
    if (!this.#hasEvents) return []
    return this.objects.events
      .select(this.namespace, [])
      .filter(({ owner }) => owner?.kind === 'Pod' && owner.name.startsWith(prefix))
  }

  /** What is known of a controller that the API server refuses something; nothing where it refuses nothing. */
  gatherRefusal(controller: Pick<Meta, 'uid'> | null, conditions: readonly Condition[] | null): RefusalFacts {
    if (controller === null) return NOTHING_KNOWN
    if (conditions !== null && findCondition(conditions, 'ReplicaFailure') === undefined) return NOTHING_KNOWN
    const events = this.listEvents(controller)
    // Without a condition only events tell of a refusal.
    if (
      conditions === null &&
      !events.some(({ reason }) => reason === 'FailedCreate' || reason === 'FailedDelete')
    )
      return NOTHING_KNOWN
    const ending = this.podsMatching([]).filter(({ deletedAt, phase }) => {
      return deletedAt !== null && phase !== 'Failed' && phase !== 'Succeeded'
    })
    return { events, ending, lastEndAt: this.cluster.past.lastPodEnd(this.namespace) }
  }

  podsWithHash(hash: string): Pod[] {
    const found = HASH_LABELS.flatMap((key) => this.objects.pods.withLabel(this.namespace, key, hash))
    return [...new Set(found)]
  }

  podsMatching(selector: LabelSelector): readonly Pod[] {
    return this.objects.pods.select(this.namespace, selector)
  }

  /** Revisions of StatefulSets (the hash is their name) and DaemonSets (it is a label); none when they can't be read: the labels of pods show most of it too. */
  revisionsWithHash(hash: string): readonly ControllerRevision[] {
    if (!this.required.has('controllerrevisions')) return []
    const { controllerrevisions } = this.objects
    const named = controllerrevisions.get(this.namespace, hash)
    const labelled = controllerrevisions.withLabel(this.namespace, 'controller-revision-hash', hash)
    return named === undefined ? labelled : [...new Set([named, ...labelled])]
  }

  replicaSetsWithHash(hash: string): ReplicaSet[] {
    const found = HASH_LABELS.flatMap((key) => this.objects.replicasets.withLabel(this.namespace, key, hash))
    return [...new Set(found)]
  }
}
