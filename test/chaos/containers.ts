import type { JsonObject } from '../../testing/fake-apiserver/index.ts'

/** How a container ended. */
export interface Ending {
  readonly exitCode: number
  readonly reason: string
}

/** All of these are crashes of a program that should run for ever. */
export const CRASHES: readonly Ending[] = [
  { exitCode: 1, reason: 'Error' },
  { exitCode: 137, reason: 'OOMKilled' },
  { exitCode: 0, reason: 'Completed' },
  { exitCode: 143, reason: 'Error' },
]

const CONTAINER = { name: 'app', image: 'app:1' }

function time(seconds: number): string {
  return new Date(Math.floor(seconds) * 1000).toISOString().replace('.000Z', 'Z')
}

/** The only container of a pod, as the kubelet tells of it. */
export class Container {
  readonly #pod: string
  #restarts = 0
  #startedAt: number
  #state: JsonObject
  #last: JsonObject = {}

  constructor(pod: string, startedAt: number) {
    this.#pod = pod
    this.#startedAt = startedAt
    this.#state = { running: { startedAt: time(startedAt) } }
  }

  get isUp(): boolean {
    return 'running' in this.#state
  }

  /** It runs and ends. */
  end(ending: Ending, at: number): void {
    this.#state = { terminated: this.#ended(ending, at) }
  }

  /** It is down and was started and ended so many more times; nobody saw any but the last. */
  loop(times: number, ending: Ending, at: number): void {
    this.#restarts += times
    this.#startedAt = at
    this.#last = { terminated: this.#ended(ending, at) }
    this.#state = {
      waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container' },
    }
  }

  /** It runs again. */
  start(at: number): void {
    if ('terminated' in this.#state) this.#last = this.#state
    this.#restarts += 1
    this.#startedAt = at
    this.#state = { running: { startedAt: time(at) } }
  }

  /** Its image cannot be had. */
  static waitingForImage(): JsonObject {
    const message = 'rpc error: code = NotFound desc = failed to pull and unpack image "app:9": not found'
    const status = { ...CONTAINER, imageID: '', ready: false, started: false, restartCount: 0, lastState: {} }
    const state = { waiting: { reason: 'ErrImagePull', message } }
    return { phase: 'Pending', conditions: conditions(false), containerStatuses: [{ ...status, state }] }
  }

  /** The status of the pod. */
  status(): JsonObject {
    const up = this.isUp
    const status = {
      ...CONTAINER,
      imageID: 'app:1',
      ready: up,
      started: up,
      restartCount: this.#restarts,
      containerID: this.#id,
      state: this.#state,
      lastState: this.#last,
    }
    return { phase: 'Running', conditions: conditions(up), containerStatuses: [status] }
  }

  get #id(): string {
    return `containerd://${this.#pod}-${this.#restarts}`
  }

  #ended({ exitCode, reason }: Ending, at: number): JsonObject {
    const times = { startedAt: time(this.#startedAt), finishedAt: time(at) }
    return { exitCode, reason, ...times, containerID: this.#id }
  }
}

function conditions(ready: boolean): JsonObject[] {
  return [
    { type: 'PodScheduled', status: 'True' },
    { type: 'Ready', status: ready ? 'True' : 'False' },
  ]
}

export const POD_SPEC = { containers: [CONTAINER], restartPolicy: 'Always', nodeName: 'node-1' }
