import { randomBytes } from 'node:crypto'
import {
  backOffState,
  type ContainerLife,
  CREATING,
  type Ending,
  endedState,
  imageNotFound,
  pullFailure,
  runningState,
} from './container-states.ts'

/** Who a pod is. */
export interface ActorIdentity {
  readonly pod: string
  readonly uid: string
  readonly image: string
  readonly address: string
  /** When it was created, seconds since the epoch. */
  readonly since: number
}

/** Where what happens to a pod is written down. */
export interface Kubelet {
  readonly app: { readonly namespace: string }
  /** Seconds since the epoch. */
  now(): number
  /** Writes the pod's status. */
  report(actor: Actor, life: ContainerLife, words: string): void
  /** Writes a warning event. */
  warn(actor: Actor, reason: string, message: string): void
}

/** A pod with one container, whose life is told step by step. */
export class Actor implements ActorIdentity {
  readonly pod: string
  readonly uid: string
  readonly image: string
  readonly address: string
  readonly since: number
  readonly #kubelet: Kubelet
  #life: ContainerLife = CREATING

  constructor(kubelet: Kubelet, identity: ActorIdentity) {
    this.#kubelet = kubelet
    this.pod = identity.pod
    this.uid = identity.uid
    this.image = identity.image
    this.address = identity.address
    this.since = identity.since
  }

  get ready(): boolean {
    return this.#life.ready
  }

  creating(): void {
    this.#show(CREATING, 'Pending (ContainerCreating)')
  }

  /** The container starts; not ready yet. */
  starts(): void {
    const id = `containerd://${randomBytes(32).toString('hex')}`
    const life = runningState(this.#life, false, this.#kubelet.now(), id)
    this.#show(life, life.restarts === 0 ? 'Running' : `Running again (restart ${life.restarts})`)
  }

  /** The readiness probe succeeds. */
  becomesReady(): void {
    this.#show({ ...this.#life, ready: true }, 'Ready')
  }

  ends(ending: Ending): void {
    const life = endedState(this.#life, ending, this.#kubelet.now())
    this.#show(life, `container ended: ${ending.reason}, exit code ${ending.exitCode}`)
  }

  backsOff(): void {
    const { pod, uid } = this
    const { namespace } = this.#kubelet.app
    this.#show(backOffState(this.#life, pod, namespace, uid), 'CrashLoopBackOff')
    this.#kubelet.warn(
      this,
      'BackOff',
      `Back-off restarting failed container app in pod ${pod}_${namespace}(${uid})`,
    )
  }

  pullFails(): void {
    this.#show(imageNotFound(this.image, 'ErrImagePull'), 'ErrImagePull')
    this.#kubelet.warn(this, 'Failed', `Failed to pull image "${this.image}": ${pullFailure(this.image)}`)
    this.#kubelet.warn(this, 'Failed', 'Error: ErrImagePull')
  }

  pullBacksOff(): void {
    this.#show(imageNotFound(this.image, 'ImagePullBackOff'), 'ImagePullBackOff')
    this.#kubelet.warn(this, 'Failed', 'Error: ImagePullBackOff')
  }

  #show(life: ContainerLife, words: string): void {
    this.#life = life
    this.#kubelet.report(this, life, words)
  }
}
