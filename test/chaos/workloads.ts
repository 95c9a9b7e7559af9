import type { EmbeddedCluster, JsonObject } from '../../testing/fake-apiserver/index.ts'
import { buildWorkloadKey, type ReleaseRecord, type WorkloadTimeline } from './timeline.ts'

const REVISION = 'deployment.kubernetes.io/revision'
const RELEASE_UUID = 'akkeris.io/release-uuid'
/** A StatefulSet is rolled back to earlier revisions, which keep their names. */
const REVISIONS = ['5d9c7b8f', '6f4b9d7c', '7c8d5b9f'] as const

export interface WorkloadPlace {
  readonly namespace: string
  readonly name: string
  readonly app: string
  readonly labels: JsonObject
  /** The cluster's clock, seconds. */
  readonly now: () => number
}

/** A simulated workload with one release after the other. */
export abstract class SimulatedWorkload {
  readonly timeline: WorkloadTimeline
  protected readonly cluster: EmbeddedCluster
  protected count = 1

  constructor(
    cluster: EmbeddedCluster,
    kind: WorkloadTimeline['kind'],
    { namespace, name, app }: WorkloadPlace,
  ) {
    this.cluster = cluster
    this.timeline = { kind, namespace, name, app, baseline: '', releases: [] }
  }

  get isReleasing(): boolean {
    return this.releasing
  }

  protected releasing = false

  /** Changes the spec; the controller has not observed the change yet. */
  startRelease(): void {
    this.releasing = true
    this.count += 1
    const open = this.timeline.releases.at(-1)
    if (open !== undefined) open.span.to = Date.now()
    this.writeSpec()
  }

  /** The controller reports the outcome. */
  finishRelease(outcome: ReleaseRecord['outcome']): void {
    this.releasing = outcome === 'release-failed'
    const before = this.timeline.releases.at(-1)
    if (before?.span.to === Number.POSITIVE_INFINITY) before.span.to = Date.now()
    const span = { from: Date.now(), to: Number.POSITIVE_INFINITY }
    this.timeline.releases.push({ id: this.id, outcome, span })
    this.writeStatus(outcome)
  }

  abstract get id(): string
  protected abstract writeSpec(): void
  protected abstract writeStatus(outcome: ReleaseRecord['outcome']): void

  /** The newest release has failed. */
  get hasFailed(): boolean {
    const last = this.timeline.releases.at(-1)
    return last?.outcome === 'release-failed' && last.span.to === Number.POSITIVE_INFINITY
  }

  get key(): string {
    return buildWorkloadKey(this.timeline)
  }

  protected get spec(): JsonObject {
    const { name } = this.timeline
    const labels = { 'workload-name': name }
    const containers = [{ name: 'app', image: `app:${this.count}` }]
    return {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
    }
  }

  protected generation(plural: string): number {
    const { metadata } = this.cluster.get(plural, this.timeline.namespace, this.timeline.name)
    const generation =
      typeof metadata === 'object' && metadata !== null && 'generation' in metadata ? metadata.generation : 0
    return Number(generation)
  }
}

export class SimulatedDeployment extends SimulatedWorkload {
  readonly #labels: JsonObject
  readonly #hasUuid: boolean
  readonly #now: () => number

  /** The first release is complete. */
  constructor(cluster: EmbeddedCluster, place: WorkloadPlace, hasUuid: boolean) {
    super(cluster, 'Deployment', place)
    this.#labels = place.labels
    this.#hasUuid = hasUuid
    this.#now = place.now
    const metadata = { namespace: place.namespace, name: place.name, ...this.#buildMetadata() }
    cluster.create('deployments', { metadata, spec: this.spec, status: {} })
    this.timeline.baseline = this.id
    this.writeStatus('released')
  }

  get id(): string {
    return this.#hasUuid ? `release-${this.timeline.name}-${this.count}` : String(this.count)
  }

  protected writeSpec(): void {
    const { namespace, name } = this.timeline
    this.cluster.patch('deployments', namespace, name, { metadata: this.#buildMetadata(), spec: this.spec })
  }

  protected writeStatus(outcome: ReleaseRecord['outcome']): void {
    const { namespace, name } = this.timeline
    const done = outcome === 'released'
    const up = { readyReplicas: 1, availableReplicas: 1, updatedReplicas: done ? 1 : 0 }
    const reason = done ? 'NewReplicaSetAvailable' : 'ProgressDeadlineExceeded'
    const lastUpdateTime = new Date(Math.floor(this.#now()) * 1000).toISOString()
    const conditions = [{ type: 'Progressing', status: done ? 'True' : 'False', reason, lastUpdateTime }]
    const observedGeneration = this.generation('deployments')
    this.cluster.patch('deployments', namespace, name, {
      status: { replicas: 1, ...up, observedGeneration, conditions },
    })
  }

  #buildMetadata(): JsonObject {
    const uuid = this.#hasUuid ? { [RELEASE_UUID]: this.id } : {}
    return { labels: { ...this.#labels, ...uuid }, annotations: { [REVISION]: String(this.count) } }
  }
}

export class SimulatedStatefulSet extends SimulatedWorkload {
  constructor(cluster: EmbeddedCluster, place: WorkloadPlace) {
    super(cluster, 'StatefulSet', place)
    const { namespace, name, labels } = place
    cluster.create('statefulsets', { metadata: { namespace, name, labels }, spec: this.spec, status: {} })
    this.timeline.baseline = this.id
    this.writeStatus()
  }

  get id(): string {
    return `${this.timeline.name}-${REVISIONS[this.count % REVISIONS.length]}`
  }

  protected writeSpec(): void {
    const { namespace, name } = this.timeline
    this.cluster.patch('statefulsets', namespace, name, { spec: this.spec })
  }

  protected writeStatus(): void {
    const { namespace, name } = this.timeline
    const revisions = { updateRevision: this.id, currentRevision: this.id }
    const observedGeneration = this.generation('statefulsets')
    this.cluster.patch('statefulsets', namespace, name, {
      status: { replicas: 1, readyReplicas: 1, ...revisions, observedGeneration },
    })
  }
}
