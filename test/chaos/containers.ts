import type { JsonObject } from '../../testing/fake-apiserver/index.ts'

/** The end of a container. */
export interface Exit {
  readonly exitCode: number
  readonly reason: string
}

/** Ends that are crashes of a program that should keep running. */
export const CRASHES: readonly Exit[] = [
  { exitCode: 1, reason: 'Error' },
  { exitCode: 137, reason: 'OOMKilled' },
  { exitCode: 0, reason: 'Completed' },
  { exitCode: 143, reason: 'Error' },
]

const CONTAINER = { name: 'app', image: 'app:1' }

function formatTime(seconds: number): string {
  return new Date(Math.floor(seconds) * 1000).toISOString().replace('.000Z', 'Z')
}

/** The only container of a pod, with the status that the kubelet would write. */
export class Container {
  readonly #pod: string
  #restarts = 0
  #startedAt: number
  #state: JsonObject
  #last: JsonObject = {}

  constructor(pod: string, startedAt: number) {
    this.#pod = pod
    this.#startedAt = startedAt
    this.#state = { running: { startedAt: formatTime(startedAt) } }
  }

  get isRunning(): boolean {
    return 'running' in this.#state
  }

  /** The running container ends. */
  end(exit: Exit, at: number): void {
    this.#state = { terminated: this.#buildTerminated(exit, at) }
  }

  /** The container is in back-off; it was started and ended this many times since, and the status shows only the last. */
  loop(times: number, exit: Exit, at: number): void {
    this.#restarts += times
    this.#startedAt = at
    this.#last = { terminated: this.#buildTerminated(exit, at) }
    this.#state = {
      waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container' },
    }
  }

  /** The container is started again. */
  start(at: number): void {
    if ('terminated' in this.#state) this.#last = this.#state
    this.#restarts += 1
    this.#startedAt = at
    this.#state = { running: { startedAt: formatTime(at) } }
  }

  /** The status while the image cannot be pulled. */
  static waitingForImage(): JsonObject {
    const message = 'rpc error: code = NotFound desc = failed to pull and unpack image "app:9": not found'
    const status = { ...CONTAINER, imageID: '', ready: false, started: false, restartCount: 0, lastState: {} }
    const state = { waiting: { reason: 'ErrImagePull', message } }
    return { phase: 'Pending', conditions: buildConditions(false), containerStatuses: [{ ...status, state }] }
  }

  /** The status of the pod. */
  status(): JsonObject {
    const up = this.isRunning
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
    return { phase: 'Running', conditions: buildConditions(up), containerStatuses: [status] }
  }

  get #id(): string {
    return `containerd://${this.#pod}-${this.#restarts}`
  }

  #buildTerminated({ exitCode, reason }: Exit, at: number): JsonObject {
    const times = { startedAt: formatTime(this.#startedAt), finishedAt: formatTime(at) }
    return { exitCode, reason, ...times, containerID: this.#id }
  }
}

function buildConditions(ready: boolean): JsonObject[] {
  return [
    { type: 'PodScheduled', status: 'True' },
    { type: 'Ready', status: ready ? 'True' : 'False' },
  ]
}

export const POD_SPEC = { containers: [CONTAINER], restartPolicy: 'Always', nodeName: 'node-1' }
