import type { EmbeddedCluster, JsonObject } from '../../testing/fake-apiserver/index.ts'
import { type ReleaseTale, type WorkloadTale, workloadKey } from './tale.ts'

const REVISION = 'deployment.kubernetes.io/revision'
const RELEASE_UUID = 'akkeris.io/release-uuid'
/** A StatefulSet goes back to earlier revisions, which keep their names. */
const REVISIONS = ['5d9c7b8f', '6f4b9d7c', '7c8d5b9f'] as const

export interface WorkloadPlace {
  readonly namespace: string
  readonly name: string
  readonly app: string
  readonly labels: JsonObject
  /** The cluster's clock, seconds. */
  readonly now: () => number
}

/** A workload of the play that is released again and again. */
export abstract class PlayWorkload {
  readonly tale: WorkloadTale
  protected readonly cluster: EmbeddedCluster
  protected count = 1

  constructor(cluster: EmbeddedCluster, kind: WorkloadTale['kind'], { namespace, name, app }: WorkloadPlace) {
    this.cluster = cluster
    this.tale = { kind, namespace, name, app, before: '', releases: [] }
  }

  get isReleasing(): boolean {
    return this.releasing
  }

  protected releasing = false

  /** A new release is asked for; its controller has not seen it yet. */
  begin(): void {
    this.releasing = true
    this.count += 1
    const open = this.tale.releases.at(-1)
    if (open !== undefined) open.span.to = Date.now()
    this.ask()
  }

  /** Its controller says how it went. */
  finish(outcome: ReleaseTale['outcome']): void {
    this.releasing = outcome === 'release-failed'
    const before = this.tale.releases.at(-1)
    if (before?.span.to === Number.POSITIVE_INFINITY) before.span.to = Date.now()
    const span = { from: Date.now(), to: Number.POSITIVE_INFINITY }
    this.tale.releases.push({ id: this.id, outcome, span })
    this.answer(outcome)
  }

  abstract get id(): string
  protected abstract ask(): void
  protected abstract answer(outcome: ReleaseTale['outcome']): void

  /** A failed release that is still the newest. */
  get hasFailed(): boolean {
    const last = this.tale.releases.at(-1)
    return last?.outcome === 'release-failed' && last.span.to === Number.POSITIVE_INFINITY
  }

  get key(): string {
    return workloadKey(this.tale)
  }

  protected get spec(): JsonObject {
    const { name } = this.tale
    const labels = { 'workload-name': name }
    const containers = [{ name: 'app', image: `app:${this.count}` }]
    return {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
    }
  }

  protected generation(plural: string): number {
    const { metadata } = this.cluster.get(plural, this.tale.namespace, this.tale.name)
    const generation =
      typeof metadata === 'object' && metadata !== null && 'generation' in metadata ? metadata.generation : 0
    return Number(generation)
  }
}

export class PlayDeployment extends PlayWorkload {
  readonly #labels: JsonObject
  readonly #hasUuid: boolean
  readonly #now: () => number

  /** Released already. */
  constructor(cluster: EmbeddedCluster, place: WorkloadPlace, hasUuid: boolean) {
    super(cluster, 'Deployment', place)
    this.#labels = place.labels
    this.#hasUuid = hasUuid
    this.#now = place.now
    const metadata = { namespace: place.namespace, name: place.name, ...this.#marks() }
    cluster.create('deployments', { metadata, spec: this.spec, status: {} })
    this.tale.before = this.id
    this.answer('released')
  }

  get id(): string {
    return this.#hasUuid ? `release-${this.tale.name}-${this.count}` : String(this.count)
  }

  protected ask(): void {
    const { namespace, name } = this.tale
    this.cluster.patch('deployments', namespace, name, { metadata: this.#marks(), spec: this.spec })
  }

  protected answer(outcome: ReleaseTale['outcome']): void {
    const { namespace, name } = this.tale
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

  #marks(): JsonObject {
    const uuid = this.#hasUuid ? { [RELEASE_UUID]: this.id } : {}
    return { labels: { ...this.#labels, ...uuid }, annotations: { [REVISION]: String(this.count) } }
  }
}

export class PlayStatefulSet extends PlayWorkload {
  constructor(cluster: EmbeddedCluster, place: WorkloadPlace) {
    super(cluster, 'StatefulSet', place)
    const { namespace, name, labels } = place
    cluster.create('statefulsets', { metadata: { namespace, name, labels }, spec: this.spec, status: {} })
    this.tale.before = this.id
    this.answer()
  }

  get id(): string {
    return `${this.tale.name}-${REVISIONS[this.count % REVISIONS.length]}`
  }

  protected ask(): void {
    const { namespace, name } = this.tale
    this.cluster.patch('statefulsets', namespace, name, { spec: this.spec })
  }

  protected answer(): void {
    const { namespace, name } = this.tale
    const revisions = { updateRevision: this.id, currentRevision: this.id }
    const observedGeneration = this.generation('statefulsets')
    this.cluster.patch('statefulsets', namespace, name, {
      status: { replicas: 1, readyReplicas: 1, ...revisions, observedGeneration },
    })
  }
}
