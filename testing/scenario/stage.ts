import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EmbeddedCluster } from '../fake-apiserver/cluster.ts'
import { numberAt, objectAt, stringAt } from '../fake-apiserver/json.ts'
import { secondsToTime } from '../fake-apiserver/wire/special.ts'
import { Actor, type Kubelet } from './actor.ts'
import type { ContainerLife } from './container-states.ts'
import { podStatus } from './container-states.ts'
import {
  type AppSpec,
  type Counts,
  deploymentObject,
  deploymentStatus,
  makeTemplate,
  podObject,
  replicaSetObject,
  replicaSetStatus,
} from './deployment-objects.ts'

/** Told of everything that happens, in words. */
export type Narrator = (what: string) => void

export interface StageOptions {
  readonly cluster: EmbeddedCluster
  readonly app: AppSpec
  readonly tell: Narrator
  /** Seconds since the epoch. */
  readonly now: () => number
  /** How long a second of the story lasts, seconds; 1 in the demo. */
  readonly pace: number
}

/** Letters that Kubernetes uses in generated names: no vowels, no words. */
const NAME_LETTERS = 'bcdfghjklmnpqrstvwxz2456789'

/** A cluster in which one Deployment lives: does by hand what the controllers and the kubelet would do by themselves. */
export class Stage implements Kubelet {
  readonly app: AppSpec
  readonly #cluster: EmbeddedCluster
  readonly #tell: Narrator
  readonly #now: () => number
  readonly #pace: number
  readonly #actors = new Map<string, Set<Actor>>()
  #revision = 0
  #hash = ''
  #addresses = 10

  constructor({ cluster, app, tell, now, pace }: StageOptions) {
    this.#cluster = cluster
    this.app = app
    this.#tell = tell
    this.#now = now
    this.#pace = pace
  }

  /** Template hash of the newest revision. */
  get hash(): string {
    return this.#hash
  }

  now(): number {
    return this.#now()
  }

  async wait(seconds: number): Promise<void> {
    await sleep(seconds * this.#pace * 1000)
  }

  /** Sets the Deployment's image: a new revision, or an old one again. Its ReplicaSet is there, without pods. */
  release(image: string): void {
    const { namespace, name } = this.app
    this.#revision += 1
    this.#hash = makeHash(image)
    if (this.#revision === 1) this.#cluster.create('deployments', deploymentObject(this.app, image))
    else
      this.#cluster.patch('deployments', namespace, name, {
        spec: { template: makeTemplate(this.app, image) },
      })
    this.#tell(`deployment/${name} set to image ${image}`)
    const annotations = { 'deployment.kubernetes.io/revision': String(this.#revision) }
    const deployment = this.#cluster.patch('deployments', namespace, name, { metadata: { annotations } })
    const replicaSet = `${name}-${this.#hash}`
    if (this.#actors.has(this.#hash)) {
      this.#cluster.patch('replicasets', namespace, replicaSet, { metadata: { annotations } })
    } else {
      this.#actors.set(this.#hash, new Set())
      const object = replicaSetObject(this.app, image, this.#hash, this.#revision, deployment)
      this.#cluster.create('replicasets', object)
    }
    this.settle()
    this.#tell(`replicaset/${replicaSet} is revision ${this.#revision}`)
  }

  /** The ReplicaSet of the newest revision gets one pod more, on a node. */
  addPod(image: string): Actor {
    const { namespace, name } = this.app
    const replicaSet = this.#cluster.get('replicasets', namespace, `${name}-${this.#hash}`)
    const pod = `${name}-${this.#hash}-${suffix()}`
    const created = this.#cluster.create('pods', podObject(this.app, image, this.#hash, pod, replicaSet))
    this.#cluster.patch('pods', namespace, pod, { spec: { nodeName: 'node-1' } })
    const uid = stringAt(objectAt(created, 'metadata'), 'uid')
    this.#addresses += 1
    const actor = new Actor(this, {
      pod,
      uid,
      image,
      address: `10.244.0.${this.#addresses}`,
      since: this.#now(),
    })
    this.#actors.get(this.#hash)?.add(actor)
    actor.creating()
    return actor
  }

  /** Takes pods off all revisions but the newest until this number of them is left. */
  retire(left: number): void {
    const old = [...this.#actors].filter(([hash]) => hash !== this.#hash).flatMap(([, actors]) => [...actors])
    for (const actor of old.slice(0, Math.max(old.length - left, 0))) {
      for (const actors of this.#actors.values()) actors.delete(actor)
      this.#cluster.delete('pods', this.app.namespace, actor.pod, 30)
      this.#cluster.delete('pods', this.app.namespace, actor.pod)
      this.#tell(`pod/${actor.pod} deleted`)
    }
    this.settle()
  }

  /** Writes what the kubelet knows of a pod. */
  report(actor: Actor, life: ContainerLife, words: string): void {
    const status = podStatus(life, actor.image, actor.address, actor.since)
    this.#cluster.patch('pods', this.app.namespace, actor.pod, { status })
    this.settle()
    this.#tell(`pod/${actor.pod} ${words}`)
  }

  /** A warning of the kubelet about a pod. */
  warn(actor: Actor, reason: string, message: string): void {
    const at = secondsToTime(Math.floor(this.#now()))
    const { namespace } = this.app
    this.#cluster.create('events', {
      metadata: { namespace, name: `${actor.pod}.${randomBytes(8).toString('hex')}` },
      involvedObject: {
        kind: 'Pod',
        namespace,
        name: actor.pod,
        uid: actor.uid,
        fieldPath: 'spec.containers{app}',
      },
      ...{ reason, message, type: 'Warning', count: 1, firstTimestamp: at, lastTimestamp: at },
      ...{
        source: { component: 'kubelet', host: 'node-1' },
        reportingComponent: 'kubelet',
        reportingInstance: 'node-1',
      },
    })
  }

  /** Brings the counts in ReplicaSets and Deployment up to date, as their controllers do. */
  settle(): void {
    const { namespace, name } = this.app
    const all = { pods: 0, ready: 0 }
    for (const [hash, actors] of this.#actors) {
      const counts = count(actors)
      all.pods += counts.pods
      all.ready += counts.ready
      const replicaSet = `${name}-${hash}`
      const replicas = Math.max(counts.pods, hash === this.#hash ? this.#leastReplicas() : 0)
      this.#cluster.patch('replicasets', namespace, replicaSet, { spec: { replicas } })
      this.#writeStatus('replicasets', replicaSet, (generation) => replicaSetStatus(counts, generation))
    }
    const current = { ...count(this.#actors.get(this.#hash) ?? new Set()), name: `${name}-${this.#hash}` }
    this.#writeStatus('deployments', name, (generation) =>
      deploymentStatus(this.app, generation, current, all, this.#now()),
    )
  }

  /** What the newest ReplicaSet is to have from the start: all pods of a first release, else one beyond the old ones. */
  #leastReplicas(): number {
    return this.#revision === 1 ? this.app.replicas : 1
  }

  #writeStatus(plural: string, name: string, status: (generation: number) => object): void {
    const object = this.#cluster.get(plural, this.app.namespace, name)
    const generation = numberAt(objectAt(object, 'metadata'), 'generation')
    this.#cluster.update(plural, { ...object, status: { ...status(generation) } }, 'status')
  }
}

function count(actors: ReadonlySet<Actor>): Counts {
  return { pods: actors.size, ready: [...actors].filter((actor) => actor.ready).length }
}

/** A template hash: the same for the same image. */
function makeHash(image: string): string {
  const digest = createHash('sha256').update(image).digest()
  return [...digest.subarray(0, 10)].map((byte) => NAME_LETTERS[byte % NAME_LETTERS.length]).join('')
}

function suffix(): string {
  return [...randomBytes(5)].map((byte) => NAME_LETTERS[byte % NAME_LETTERS.length]).join('')
}
