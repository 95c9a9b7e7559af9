import { setTimeout as pause } from 'node:timers/promises'
import { at, type JsonObject, list } from '../support/json.ts'
import type { KubeApi, WatchEvent } from '../support/kube-api.ts'

const HASH_LABEL = 'rollouts-pod-template-hash'

/** While the API server is away. */
const RETRY_MS = 100

/** What happens to a Rollout and its pods, with the moments at which the API server tells it. Times are ms since 1970. */
export class Timeline {
  readonly #stop = new AbortController()
  readonly #pods = new Map<string, JsonObject>()
  readonly #stable: string
  readonly #watches: readonly Promise<void>[]
  #crashedAt: number | null = null
  #fewestStable = Number.POSITIVE_INFINITY
  #rollout: JsonObject = {}
  #changedAt = 0
  #wake: (() => void) | undefined

  /** `stable` is the hash that is not on trial. */
  constructor(api: KubeApi, namespace: string, stable: string) {
    this.#stable = stable
    this.#watches = [
      this.#follow(api, `/api/v1/namespaces/${namespace}/pods`, (event) => this.#pod(event)),
      this.#follow(api, `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/rollouts`, (event) =>
        this.#rolloutChanged(event),
      ),
    ]
  }

  /** When a container of the hash on trial was first shown as ended by a failure, and null before. */
  get crashedAt(): number | null {
    return this.#crashedAt
  }

  /** Ready pods of the stable hash. */
  get readyStable(): number {
    return [...this.#pods.values()].filter((pod) => hashOf(pod) === this.#stable && isReady(pod)).length
  }

  /** The fewest pods of the stable hash that were ready at any moment since all that there are were first seen ready. */
  get fewestStable(): number {
    return this.#fewestStable
  }

  /** Resolves with the Rollout when it first matches, and the moment when that was told. */
  async until(matches: (rollout: JsonObject) => boolean, patienceMs: number): Promise<[JsonObject, number]> {
    const deadline = Date.now() + patienceMs
    while (!matches(this.#rollout)) {
      if (Date.now() > deadline)
        throw new Error(`the Rollout did not get there: ${JSON.stringify(this.#rollout.status)}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, RETRY_MS)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    return [this.#rollout, this.#changedAt]
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await Promise.all(this.#watches)
  }

  async #follow(api: KubeApi, path: string, take: (event: WatchEvent) => void): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      try {
        for await (const event of api.watch(path, signal)) take(event)
      } catch (error) {
        // The outage is part of the play; what this timeline waits for then fails by its patience.
        if (!(error instanceof Error)) throw error
      }
      await pause(RETRY_MS, undefined, { signal }).catch(() => undefined)
    }
  }

  #pod({ type, object }: WatchEvent): void {
    const uid = String(at(object, 'metadata', 'uid'))
    if (type === 'DELETED') this.#pods.delete(uid)
    else this.#pods.set(uid, object)
    if (this.#crashedAt === null && hashOf(object) !== this.#stable && hasCrashed(object))
      this.#crashedAt = Date.now()
    const replicas = Number(at(this.#rollout, 'spec', 'replicas'))
    const ready = this.readyStable
    if (this.#fewestStable !== Number.POSITIVE_INFINITY || ready === replicas)
      this.#fewestStable = Math.min(this.#fewestStable, ready)
  }

  #rolloutChanged({ object }: WatchEvent): void {
    this.#rollout = object
    this.#changedAt = Date.now()
    this.#wake?.()
  }
}

function hashOf(pod: JsonObject): unknown {
  return at(pod, 'metadata', 'labels', HASH_LABEL)
}

function isReady(pod: JsonObject): boolean {
  return list(pod, 'status', 'conditions').some(
    (condition) => at(condition, 'type') === 'Ready' && at(condition, 'status') === 'True',
  )
}

function hasCrashed(pod: JsonObject): boolean {
  return list(pod, 'status', 'containerStatuses').some((status) =>
    ['state', 'lastState'].some((state) => Number(at(status, state, 'terminated', 'exitCode') ?? 0) !== 0),
  )
}
