import { listDeletedHistories, type Workload } from '../kinds/descriptor.ts'
import type { NamespaceView } from '../kinds/namespace-view.ts'
import { type Annotated, findAllAnnotated, findAnnotated } from '../kinds/owners.ts'
import { HASH_LABELS } from '../model/hash-labels.ts'
import type { PodHistory } from '../model/history.ts'
import type { Pod } from '../model/pod.ts'
import { NotFoundError } from './not-found-error.ts'
import type { Target } from './question.ts'
import { findWorkloads } from './targets.ts'

/** The present and deleted pods of a target. */
export interface Members {
  readonly pods: readonly Pod[]
  readonly histories: readonly PodHistory[]
  /** The number of pods that the owners want; without an owner, the number of pods that exist. */
  readonly desired: number
  readonly revision: string | null
  readonly generation: number | null
  /** The known workloads that own these pods; may contain one several times. */
  readonly owners: () => readonly (Annotated | null)[]
}

/** The objects that a question's target names at one moment. Each part is looked up once, when it is first needed. */
export class ResolvedTarget {
  readonly view: NamespaceView
  readonly #target: Target
  #workloads: readonly Workload[] | undefined
  #members: Members | undefined

  constructor(target: Target, view: NamespaceView) {
    this.#target = target
    this.view = view
  }

  /** The workloads to judge, at least one. Throws a NotFoundError or an UnavailableError. */
  get workloads(): readonly Workload[] {
    this.#workloads ??= findWorkloads(this.#target, this.view)
    return this.#workloads
  }

  /** The pods whose crashes count. Throws a NotFoundError or an UnavailableError. */
  get members(): Members {
    this.#members ??= this.#findMembers()
    return this.#members
  }

  #findMembers(): Members {
    const target = this.#target
    this.view.required.need('pods')
    if (target.type === 'hash' && target.owner === null) return this.#membersWithHash(target.hash)
    if (target.type !== 'selector') return this.#membersOfWorkloads()
    const { cluster, namespace } = this.view
    const pods = this.view.podsMatching(target.selector)
    const histories = cluster.histories.select(namespace, target.selector)
    if (pods.length === 0 && histories.length === 0) return this.#membersOfWorkloads()
    const owners = () => findAllAnnotated('Pod', pods, this.view)
    return { pods, histories, desired: pods.length, revision: null, generation: null, owners }
  }

  #membersWithHash(hash: string): Members {
    const { view } = this
    const { cluster, namespace } = view
    view.required.need('replicasets')
    const pods = view.podsWithHash(hash)
    // A pod may carry the hash by two of the labels.
    const histories = [
      ...new Set(HASH_LABELS.flatMap((key) => cluster.histories.withLabel(namespace, key, hash))),
    ]
    const sets = view.replicaSetsWithHash(hash)
    const revisions = view.revisionsWithHash(hash)
    if ([pods, histories, sets, revisions].every(({ length }) => length === 0))
      throw new NotFoundError(`Nothing in namespace "${namespace}" has the template hash ${hash}.`)
    const desired = sets.length === 0 ? pods.length : sets.reduce((sum, { replicas }) => sum + replicas, 0)
    const owners = () => [
      ...findAllAnnotated('ReplicaSet', sets, view),
      ...findAllAnnotated('Pod', pods, view),
      ...findAllAnnotated('ControllerRevision', revisions, view),
    ]
    return { pods, histories, desired, revision: hash, generation: null, owners }
  }

  /** The pods of the current revision of each workload. */
  #membersOfWorkloads(): Members {
    const { workloads, view } = this
    const pods = workloads.flatMap((one) => one.pods.map(({ pod }) => pod))
    const present = pods
      .map(({ uid }) => view.cluster.histories.byUid(uid))
      .filter((one) => one !== undefined)
    const deleted = workloads.flatMap((one) => listDeletedHistories(one, view))
    const [only, ...others] = workloads
    return {
      pods,
      histories: [...new Set([...present, ...deleted])],
      desired: workloads.reduce((sum, one) => sum + one.desired, 0),
      revision: others.length === 0 ? (only?.revision ?? null) : null,
      generation: others.length === 0 ? (only?.generation ?? null) : null,
      owners: () => workloads.map((one) => findAnnotated(one, view)),
    }
  }
}
