import { findCondition, type Seconds } from '../model/meta.ts'
import type { Pod } from '../model/pod.ts'
import type { Job, ReplicaSet, StatefulSet } from '../model/records.ts'
import type { Attainment, PastView } from '../model/view.ts'
import { RecentMap } from './recent-map.ts'

/** How long a finished Job is remembered after its deletion, seconds: as long as deleted pods are. */
const REMEMBERED_SECONDS = 3600
/** Finished Jobs that are remembered (about 1 KB each); beyond this number the oldest are forgotten. */
const MAX_JOBS = 1000
/** Namespaces of which the end of the last pod is remembered; beyond this number the oldest are forgotten. */
const MAX_NAMESPACES = 10_000

interface Attained {
  /** Of a StatefulSet, the revision that it is about; of a ReplicaSet empty. */
  readonly revision: string
  readonly attainment: Attainment
}

/** Remembers what objects show for a moment only, and what rules need afterwards. */
export class Past implements PastView {
  /** By UID; those that had no pods yet are left out. */
  readonly #attained = new Map<string, Attained>()
  /** By namespace, in the order of the ends. */
  readonly #podEnds = new RecentMap<string, Seconds>(MAX_NAMESPACES)
  /** In the order of their deletion. */
  readonly #jobs = new RecentMap<Job, Seconds>(MAX_JOBS)

  attainment(uid: string): Attainment {
    return this.#attained.get(uid)?.attainment ?? 'unseen'
  }

  lastPodEnd(namespace: string): Seconds | null {
    return this.#podEnds.get(namespace) ?? null
  }

  finishedJobs(namespace: string): readonly Job[] {
    return [...this.#jobs.keys()].filter((job) => job.namespace === namespace)
  }

  observeReplicaSet({ uid, currentReplicas, availableReplicas }: ReplicaSet): void {
    this.#attain(uid, '', currentReplicas, availableReplicas)
  }

  /** Pods of the old revision may be available: one of the new one surely is when more are than there are old ones. */
  observeStatefulSet(set: StatefulSet): void {
    const { uid, updateRevision, currentReplicas, updatedReplicas, availableReplicas } = set
    const old = Math.max(0, currentReplicas - updatedReplicas)
    this.#attain(uid, updateRevision, updatedReplicas, availableReplicas - old)
  }

  forget(uid: string): void {
    this.#attained.delete(uid)
  }

  podEnded({ namespace }: Pod, now: Seconds): void {
    this.#podEnds.set(namespace, now)
  }

  jobDeleted(job: Job, now: Seconds): void {
    this.#jobs.forget((at) => now - at > REMEMBERED_SECONDS)
    const finished = ['Complete', 'Failed'].some((type) => findCondition(job.conditions, type) !== undefined)
    if (finished) this.#jobs.set(job, now)
  }

  #attain(uid: string, revision: string, pods: number, available: number): void {
    const known = this.#attained.get(uid)
    const before = known?.revision === revision ? known.attainment : 'unseen'
    const attainment = available > 0 ? 'available' : pods > 0 && before === 'unseen' ? 'tried' : before
    if (attainment === 'unseen') this.#attained.delete(uid)
    else if (attainment !== before) this.#attained.set(uid, { revision, attainment })
  }
}
