import type { EmbeddedCluster, JsonObject } from '../../testing/fake-apiserver/index.ts'
import { Container, type Ending, POD_SPEC } from './containers.ts'
import type { PodTale } from './tale.ts'

/** Whom a pod belongs to. */
export interface PodOwner {
  readonly namespace: string
  /** As events name the app. */
  readonly app: string
  readonly labels: JsonObject
  readonly reference: JsonObject
}

/** A pod of the play, with the tale of what was done to it. */
export class PlayPod {
  readonly tale: PodTale
  readonly #cluster: EmbeddedCluster
  readonly #now: () => number
  readonly #container: Container

  constructor(
    cluster: EmbeddedCluster,
    owner: PodOwner,
    name: string,
    now: () => number,
    made: { readonly noImage?: boolean; readonly crashedBefore?: number } = {},
  ) {
    const { namespace, app, labels, reference } = owner
    const { noImage = false, crashedBefore = 0 } = made
    const at = Date.now()
    this.#cluster = cluster
    this.#now = now
    this.#container = new Container(name, now() - LONG_AGO)
    if (crashedBefore > 0) {
      this.#container.loop(crashedBefore - 1, { exitCode: 1, reason: 'Error' }, now() - LONG_AGO / 2)
      this.#container.start(now() - LONG_AGO / 3)
    }
    this.tale = {
      name,
      namespace,
      app,
      before: crashedBefore,
      crashes: [],
      up: noImage ? [] : [{ from: at, to: Number.POSITIVE_INFINITY }],
      noImage: noImage ? { from: at, to: Number.POSITIVE_INFINITY } : null,
      deletedAt: Number.POSITIVE_INFINITY,
    }
    const metadata = { name, namespace, labels, ownerReferences: [reference] }
    const status = noImage ? Container.waitingForImage() : this.#container.status()
    cluster.create('pods', { metadata, spec: POD_SPEC, status })
  }

  get isUp(): boolean {
    return this.tale.noImage?.to !== Number.POSITIVE_INFINITY && this.#container.isUp
  }

  get isGone(): boolean {
    return this.tale.deletedAt !== Number.POSITIVE_INFINITY
  }

  get lacksImage(): boolean {
    return this.tale.noImage?.to === Number.POSITIVE_INFINITY
  }

  /** It runs and crashes. */
  crash(ending: Ending): void {
    this.#container.end(ending, this.#now())
    this.#ended(1)
  }

  /** It is down, and crashes again and again. */
  loop(times: number, ending: Ending): void {
    this.#container.loop(times, ending, this.#now())
    this.#ended(times)
  }

  recover(): void {
    this.#container.start(this.#now())
    this.tale.up.push({ from: Date.now(), to: Number.POSITIVE_INFINITY })
    this.#write()
  }

  /** At once, or first marked and ended as asked. */
  delete(gracefully: boolean): void {
    const { namespace, name } = this.tale
    this.#end(this.tale.up.at(-1))
    this.#end(this.tale.noImage)
    this.tale.deletedAt = Date.now()
    this.#cluster.delete('pods', namespace, name, gracefully ? GRACE : 0)
    if (!gracefully || !this.isUp) return
    this.#container.end({ exitCode: 143, reason: 'Error' }, this.#now())
    this.#write()
  }

  /** Removes what delete() only marked. */
  remove(): void {
    const { namespace, name } = this.tale
    this.#cluster.delete('pods', namespace, name)
  }

  #ended(times: number): void {
    const at = Date.now()
    this.#end(this.tale.up.at(-1))
    for (let time = 0; time < times; time += 1) this.tale.crashes.push(at)
    this.#write()
  }

  #end(span: { to: number } | null | undefined): void {
    if (span?.to === Number.POSITIVE_INFINITY) span.to = Date.now()
  }

  #write(): void {
    const { namespace, name } = this.tale
    this.#cluster.patch('pods', namespace, name, { status: this.#container.status() })
  }
}

/** Before the service first started, seconds. */
const LONG_AGO = 90
/** Of a deletion, seconds. */
const GRACE = 30
