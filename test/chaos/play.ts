import type { EmbeddedCluster, JsonObject } from '../../testing/fake-apiserver/index.ts'
import { CRASHES } from './containers.ts'
import { PlayPod, type PodOwner } from './pods.ts'
import type { Random } from './random.ts'
import type { Tale } from './tale.ts'
import { PlayDeployment, PlayStatefulSet, type PlayWorkload } from './workloads.ts'

export const NAMESPACES = ['shop', 'bank'] as const
const PODS_OF_APP = 2
/** Crashes that the service was not there to hear of, of one pod of each second app. */
const BEFORE = 2
/** Between two crashes of a container that nobody saw, at most. */
const MAX_JUMP = 3

interface PlayApp {
  readonly owner: PodOwner
  readonly pods: PlayPod[]
  readonly workloads: readonly PlayWorkload[]
}

/** Crashes, loops, recoveries, deletions and releases of many apps, as a seed decides. */
export class Play {
  readonly tale: Tale = { pods: new Map(), workloads: new Map() }
  readonly #cluster: EmbeddedCluster
  readonly #random: Random
  readonly #now: () => number
  readonly #apps: readonly PlayApp[]
  readonly #leaving = new Set<PlayPod>()
  #named = 0
  steps = 0

  constructor(cluster: EmbeddedCluster, random: Random, now: () => number, apps: number) {
    this.#cluster = cluster
    this.#random = random
    this.#now = now
    this.#apps = Array.from({ length: apps }, (_, index) => this.#app(index))
  }

  /** One thing happens to one app. */
  step(): void {
    this.steps += 1
    for (const pod of this.#leaving) if (this.#random.chance(0.2)) this.#remove(pod)
    const app = this.#random.pick(this.#apps)
    if (this.#random.chance(0.25)) this.#release(this.#random.pick(app.workloads))
    else this.#disturb(app, this.#random.pick(app.pods))
  }

  /** All that is down comes up again, and all releases come through. */
  calm(): void {
    for (const pod of this.#leaving) this.#remove(pod)
    for (const app of this.#apps) {
      for (const workload of app.workloads) if (workload.isReleasing) workload.finish('released')
      for (const pod of app.pods) {
        if (pod.lacksImage) pod.delete(false)
        else if (!pod.isUp) pod.recover()
      }
    }
  }

  #app(index: number): PlayApp {
    const namespace = NAMESPACES[index % NAMESPACES.length] ?? 'shop'
    const labelled = index % 4 < 2
    const name = `app${index}`
    const labels: JsonObject = labelled ? { 'akkeris.io/app-name': name } : {}
    const place = (part: string) => {
      const full = `${name}--${part}`
      return { namespace, name: full, app: labelled ? name : full, labels, now: this.#now }
    }
    const worker = place('worker')
    new PlayDeployment(this.#cluster, worker, false)
    const reference = this.#replicaSet(namespace, worker.name, labels)
    const owner = { namespace, app: worker.app, labels, reference }
    const workloads = [
      new PlayDeployment(this.#cluster, place('web'), labelled),
      new PlayStatefulSet(this.#cluster, place('db')),
    ]
    for (const workload of workloads) this.tale.workloads.set(workload.key, workload.tale)
    const pods = Array.from({ length: PODS_OF_APP }, (_, at) =>
      this.#pod(owner, { crashedBefore: at === 0 && index % 2 === 0 ? BEFORE : 0 }),
    )
    return { owner, pods, workloads }
  }

  #replicaSet(namespace: string, deployment: string, labels: JsonObject): JsonObject {
    const owner = reference('Deployment', deployment, this.#cluster.get('deployments', namespace, deployment))
    const name = `${deployment}-5b8d`
    const created = this.#cluster.create('replicasets', {
      metadata: { namespace, name, labels, ownerReferences: [owner] },
      spec: { replicas: PODS_OF_APP, selector: { matchLabels: { pods: name } } },
    })
    return reference('ReplicaSet', name, created)
  }

  #pod(owner: PodOwner, made: { readonly noImage?: boolean; readonly crashedBefore?: number } = {}): PlayPod {
    this.#named += 1
    const pod = new PlayPod(this.#cluster, owner, `${owner.reference.name}-p${this.#named}`, this.#now, made)
    this.tale.pods.set(pod.tale.name, pod.tale)
    return pod
  }

  #release(workload: PlayWorkload): void {
    if (!workload.isReleasing) workload.begin()
    else if (workload instanceof PlayDeployment && !workload.hasFailed && this.#random.chance(0.3))
      workload.finish('release-failed')
    else workload.finish('released')
  }

  #disturb(app: PlayApp, pod: PlayPod): void {
    const fate = this.#random.next()
    if (fate < 0.1) this.#replace(app, pod)
    else if (pod.lacksImage) return
    else if (pod.isUp) pod.crash(this.#random.pick(CRASHES))
    else if (fate < 0.5) pod.loop(1 + this.#random.below(MAX_JUMP), this.#random.pick(CRASHES))
    else pod.recover()
  }

  #replace(app: PlayApp, pod: PlayPod): void {
    const gracefully = this.#random.chance(0.5)
    pod.delete(gracefully)
    if (gracefully) this.#leaving.add(pod)
    app.pods.splice(app.pods.indexOf(pod), 1, this.#pod(app.owner, { noImage: this.#random.chance(0.3) }))
  }

  #remove(pod: PlayPod): void {
    this.#leaving.delete(pod)
    pod.remove()
  }
}

function reference(kind: string, name: string, { metadata }: JsonObject): JsonObject {
  const uid = typeof metadata === 'object' && metadata !== null && 'uid' in metadata ? metadata.uid : ''
  return { apiVersion: 'apps/v1', kind, name, uid: String(uid), controller: true }
}
