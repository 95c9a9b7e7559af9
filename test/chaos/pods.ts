import type { EmbeddedCluster, JsonObject } from '../../testing/fake-apiserver/index.ts'
import { Container, type Exit, POD_SPEC } from './containers.ts'
import type { PodTimeline } from './timeline.ts'

/** The owner of a pod. */
export interface PodOwner {
  readonly namespace: string
  /** Name of the app in events. */
  readonly app: string
  readonly labels: JsonObject
  readonly reference: JsonObject
}

/** A simulated pod and its timeline. */
export class SimulatedPod {
  readonly timeline: PodTimeline
  readonly #cluster: EmbeddedCluster
  readonly #now: () => number
  readonly #container: Container

  constructor(
    cluster: EmbeddedCluster,
    owner: PodOwner,
    name: string,
    now: () => number,
    state: { readonly noImage?: boolean; readonly crashedBefore?: number } = {},
  ) {
    const { namespace, app, labels, reference } = owner
    const { noImage = false, crashedBefore = 0 } = state
    const at = Date.now()
    this.#cluster = cluster
    this.#now = now
    this.#container = new Container(name, now() - LONG_AGO)
    if (crashedBefore > 0) {
      this.#container.loop(crashedBefore - 1, { exitCode: 1, reason: 'Error' }, now() - LONG_AGO / 2)
      this.#container.start(now() - LONG_AGO / 3)
    }
    this.timeline = {
      name,
      namespace,
      app,
      baselineCrashes: crashedBefore,
      crashes: [],
      running: noImage ? [] : [{ from: at, to: Number.POSITIVE_INFINITY }],
      withoutImage: noImage ? { from: at, to: Number.POSITIVE_INFINITY } : null,
      deletedAt: Number.POSITIVE_INFINITY,
    }
    const metadata = { name, namespace, labels, ownerReferences: [reference] }
    const status = noImage ? Container.waitingForImage() : this.#container.status()
    cluster.create('pods', { metadata, spec: POD_SPEC, status })
  }

  get isRunning(): boolean {
    return this.timeline.withoutImage?.to !== Number.POSITIVE_INFINITY && this.#container.isRunning
  }

  get isDeleted(): boolean {
    return this.timeline.deletedAt !== Number.POSITIVE_INFINITY
  }

  get lacksImage(): boolean {
    return this.timeline.withoutImage?.to === Number.POSITIVE_INFINITY
  }

  /** The running container crashes. */
  crash(ending: Exit): void {
    this.#container.end(ending, this.#now())
    this.#recordCrashes(1)
  }

  /** The container is in back-off; it is started and crashes this many times. */
  loop(times: number, ending: Exit): void {
    this.#container.loop(times, ending, this.#now())
    this.#recordCrashes(times)
  }

  recover(): void {
    this.#container.start(this.#now())
    this.timeline.running.push({ from: Date.now(), to: Number.POSITIVE_INFINITY })
    this.#writeStatus()
  }

  /** Deletes the pod at once, or gracefully: then it terminates, and `remove` deletes it. */
  delete(gracefully: boolean): void {
    const { namespace, name } = this.timeline
    this.#closeSpan(this.timeline.running.at(-1))
    this.#closeSpan(this.timeline.withoutImage)
    this.timeline.deletedAt = Date.now()
    this.#cluster.delete('pods', namespace, name, gracefully ? GRACE : 0)
    if (!gracefully || !this.isRunning) return
    this.#container.end({ exitCode: 143, reason: 'Error' }, this.#now())
    this.#writeStatus()
  }

  /** Deletes a terminating pod. */
  remove(): void {
    const { namespace, name } = this.timeline
    this.#cluster.delete('pods', namespace, name)
  }

  #recordCrashes(times: number): void {
    const at = Date.now()
    this.#closeSpan(this.timeline.running.at(-1))
    for (let time = 0; time < times; time += 1) this.timeline.crashes.push(at)
    this.#writeStatus()
  }

  #closeSpan(span: { to: number } | null | undefined): void {
    if (span?.to === Number.POSITIVE_INFINITY) span.to = Date.now()
  }

  #writeStatus(): void {
    const { namespace, name } = this.timeline
    this.#cluster.patch('pods', namespace, name, { status: this.#container.status() })
  }
}

/** Age of the container when the service first started, seconds. */
const LONG_AGO = 90
/** Grace period of a deletion, seconds. */
const GRACE = 30
