import type { EmbeddedCluster, JsonObject } from '../../testing/fake-apiserver/index.ts'
import { CRASHES } from './containers.ts'
import { type PodOwner, SimulatedPod } from './pods.ts'
import type { Random } from './random.ts'
import type { Timeline } from './timeline.ts'
import { SimulatedDeployment, SimulatedStatefulSet, type SimulatedWorkload } from './workloads.ts'

export const NAMESPACES = ['shop', 'bank'] as const
const PODS_OF_APP = 2
/** Crashes before the service first started, of one pod of every second app. */
const BASELINE_CRASHES = 2
/** Maximum number of crashes between two updates of the status. */
const MAX_UNSEEN_CRASHES = 3

interface SimulatedApp {
  readonly owner: PodOwner
  readonly pods: SimulatedPod[]
  readonly workloads: readonly SimulatedWorkload[]
}

/** Simulates crashes, recoveries, deletions and releases of many apps; the seed decides which. */
export class Simulation {
  readonly timeline: Timeline = { pods: new Map(), workloads: new Map() }
  readonly #cluster: EmbeddedCluster
  readonly #random: Random
  readonly #now: () => number
  readonly #apps: readonly SimulatedApp[]
  readonly #terminating = new Set<SimulatedPod>()
  #podCount = 0
  steps = 0

  constructor(cluster: EmbeddedCluster, random: Random, now: () => number, apps: number) {
    this.#cluster = cluster
    this.#random = random
    this.#now = now
    this.#apps = Array.from({ length: apps }, (_, index) => this.#createApp(index))
  }

  /** Changes one app. */
  step(): void {
    this.steps += 1
    for (const pod of this.#terminating) if (this.#random.chance(0.2)) this.#remove(pod)
    const app = this.#random.pick(this.#apps)
    if (this.#random.chance(0.25)) this.#release(this.#random.pick(app.workloads))
    else this.#changePod(app, this.#random.pick(app.pods))
  }

  /** Lets every container recover and every release complete. */
  recoverAll(): void {
    for (const pod of this.#terminating) this.#remove(pod)
    for (const app of this.#apps) {
      for (const workload of app.workloads) if (workload.isReleasing) workload.finishRelease('released')
      for (const pod of app.pods) {
        if (pod.lacksImage) pod.delete(false)
        else if (!pod.isRunning) pod.recover()
      }
    }
  }

  #createApp(index: number): SimulatedApp {
    const namespace = NAMESPACES[index % NAMESPACES.length] ?? 'shop'
    const labelled = index % 4 < 2
    const name = `app${index}`
    const labels: JsonObject = labelled ? { 'akkeris.io/app-name': name } : {}
    const buildPlace = (part: string) => {
      const full = `${name}--${part}`
      return { namespace, name: full, app: labelled ? name : full, labels, now: this.#now }
    }
    const worker = buildPlace('worker')
    new SimulatedDeployment(this.#cluster, worker, false)
    const reference = this.#createReplicaSet(namespace, worker.name, labels)
    const owner = { namespace, app: worker.app, labels, reference }
    const workloads = [
      new SimulatedDeployment(this.#cluster, buildPlace('web'), labelled),
      new SimulatedStatefulSet(this.#cluster, buildPlace('db')),
    ]
    for (const workload of workloads) this.timeline.workloads.set(workload.key, workload.timeline)
    const pods = Array.from({ length: PODS_OF_APP }, (_, at) =>
      this.#createPod(owner, { crashedBefore: at === 0 && index % 2 === 0 ? BASELINE_CRASHES : 0 }),
    )
    return { owner, pods, workloads }
  }

  #createReplicaSet(namespace: string, deployment: string, labels: JsonObject): JsonObject {
    const owner = reference('Deployment', deployment, this.#cluster.get('deployments', namespace, deployment))
    const name = `${deployment}-5b8d`
    const created = this.#cluster.create('replicasets', {
      metadata: { namespace, name, labels, ownerReferences: [owner] },
      spec: { replicas: PODS_OF_APP, selector: { matchLabels: { pods: name } } },
    })
    return reference('ReplicaSet', name, created)
  }

  #createPod(
    owner: PodOwner,
    state: { readonly noImage?: boolean; readonly crashedBefore?: number } = {},
  ): SimulatedPod {
    this.#podCount += 1
    const pod = new SimulatedPod(
      this.#cluster,
      owner,
      `${owner.reference.name}-p${this.#podCount}`,
      this.#now,
      state,
    )
    this.timeline.pods.set(pod.timeline.name, pod.timeline)
    return pod
  }

  #release(workload: SimulatedWorkload): void {
    if (!workload.isReleasing) workload.startRelease()
    else if (workload instanceof SimulatedDeployment && !workload.hasFailed && this.#random.chance(0.3))
      workload.finishRelease('release-failed')
    else workload.finishRelease('released')
  }

  #changePod(app: SimulatedApp, pod: SimulatedPod): void {
    const chance = this.#random.next()
    if (chance < 0.1) this.#replace(app, pod)
    else if (pod.lacksImage) return
    else if (pod.isRunning) pod.crash(this.#random.pick(CRASHES))
    else if (chance < 0.5) pod.loop(1 + this.#random.below(MAX_UNSEEN_CRASHES), this.#random.pick(CRASHES))
    else pod.recover()
  }

  #replace(app: SimulatedApp, pod: SimulatedPod): void {
    const gracefully = this.#random.chance(0.5)
    pod.delete(gracefully)
    if (gracefully) this.#terminating.add(pod)
    app.pods.splice(
      app.pods.indexOf(pod),
      1,
      this.#createPod(app.owner, { noImage: this.#random.chance(0.3) }),
    )
  }

  #remove(pod: SimulatedPod): void {
    this.#terminating.delete(pod)
    pod.remove()
  }
}

function reference(kind: string, name: string, { metadata }: JsonObject): JsonObject {
  const uid = typeof metadata === 'object' && metadata !== null && 'uid' in metadata ? metadata.uid : ''
  return { apiVersion: 'apps/v1', kind, name, uid: String(uid), controller: true }
}
