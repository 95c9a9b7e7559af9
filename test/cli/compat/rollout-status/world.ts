import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import Schema from 'typebox/schema'
import { rolloutStatus } from '../../../../src/cli/compat/rollout-status.ts'
import { EmbeddedApi, EmbeddedCluster, type JsonObject } from '../../../../testing/fake-apiserver/index.ts'
import { objectAt, stringAt } from '../../../../testing/fake-apiserver/json.ts'
import { until } from '../../../cluster/watch/watching.ts'

/** Deployments, ReplicaSets, StatefulSets, ControllerRevisions, Jobs and pods. */
const WATCHED = 6
/** Some decisions at the pace of `run`. */
const LOOKS_MS = 200

export const NAMESPACE = 'shop'

const SCHEMA: object = JSON.parse(
  readFileSync(new URL('../../../../docs/schemas/rollout-status.schema.json', import.meta.url), 'utf8'),
)

/** What the command came to. */
export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly output: unknown
}

/** How a pod of a workload is. */
export interface PodShape {
  readonly status?: JsonObject
  readonly spec?: JsonObject
}

/** An embedded cluster with rollout-status to look at it. */
export class World {
  readonly api: EmbeddedApi
  readonly cluster: EmbeddedCluster
  readonly kubeconfig: string
  readonly #t: Test

  private constructor(t: Test, api: EmbeddedApi, kubeconfig: string) {
    this.#t = t
    this.api = api
    this.cluster = api.cluster
    this.kubeconfig = kubeconfig
  }

  static async start(t: Test): Promise<World> {
    const api = await new EmbeddedApi(new EmbeddedCluster()).start()
    t.teardown(() => api.stop())
    const kubeconfig = join(t.testdir({}), 'config')
    writeFileSync(kubeconfig, api.kubeconfig())
    return new World(t, api, kubeconfig)
  }

  /** Runs the command in the namespace, twenty decisions a second; what it prints must match the published schema. */
  async run(...flags: readonly string[]): Promise<Ended> {
    return this.runRaw('-kubeconfig', this.kubeconfig, '-namespace', NAMESPACE, '-interval=50ms', ...flags)
  }

  async runRaw(...args: readonly string[]): Promise<Ended> {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()]
    const terminated = new Promise<never>(() => undefined)
    const ending = rolloutStatus.run({ args, env: {}, stdout, stderr, terminated }).finally(() => {
      stdout.end()
      stderr.end()
    })
    const [code, out, error] = await Promise.all([ending, text(stdout), text(stderr)])
    const output: unknown = out === '' ? null : JSON.parse(out)
    if (out !== '') this.#t.ok(Schema.Check(SCHEMA, output), `matches the schema: ${out}`)
    return { code, stdout: out, stderr: error, output }
  }

  /** Resolves when everything is watched and there was time for a look or two: what is not decided by then waits. */
  async watching(): Promise<void> {
    await until('all are watched', () => this.#watches() >= WATCHED)
    await sleep(LOOKS_MS)
  }

  #watches(): number {
    return this.api.requests.filter((request) => request.includes('watch=')).length
  }

  /** A Deployment of one revision with its ReplicaSet and pods. `change` is merged into its spec and status. */
  deployment(
    name: string,
    pods: readonly PodShape[],
    change: JsonObject = {},
    labels: JsonObject = {},
  ): void {
    const replicas = pods.length
    const ready = pods.filter(isReady).length
    const counts = { replicas, updatedReplicas: replicas, readyReplicas: ready, availableReplicas: ready }
    const annotations = { 'deployment.kubernetes.io/revision': '1' }
    const own = { app: name, ...labels }
    const spec = { replicas, selector: { matchLabels: { app: name } }, template: template(name) }
    this.cluster.create('deployments', {
      metadata: { namespace: NAMESPACE, name, labels: own, annotations },
      spec: { ...spec, ...objectAt(change, 'spec') },
      status: { ...counts, observedGeneration: 1, ...objectAt(change, 'status') },
    })
    this.cluster.create('replicasets', {
      metadata: {
        namespace: NAMESPACE,
        name: `${name}-1`,
        labels: { app: name, 'pod-template-hash': '1' },
        annotations,
        ownerReferences: [this.#owner('deployments', 'apps/v1', 'Deployment', name)],
      },
      spec,
      status: { ...counts, observedGeneration: 1, ...objectAt(change, 'replicaSetStatus') },
    })
    this.#pods(name, pods, this.#owner('replicasets', 'apps/v1', 'ReplicaSet', `${name}-1`))
  }

  statefulSet(name: string, pods: readonly PodShape[], change: JsonObject = {}): void {
    const replicas = pods.length
    const ready = pods.filter(isReady).length
    const strategy = { type: 'RollingUpdate' }
    this.cluster.create('statefulsets', {
      metadata: { namespace: NAMESPACE, name, labels: { app: name }, ...objectAt(change, 'metadata') },
      spec: {
        ...{ replicas, serviceName: name, selector: { matchLabels: { app: name } } },
        ...{ template: template(name), updateStrategy: strategy, ...objectAt(change, 'spec') },
      },
      status: {
        ...{ replicas, updatedReplicas: replicas, readyReplicas: ready, availableReplicas: ready },
        ...{ currentRevision: `${name}-1`, updateRevision: `${name}-1`, observedGeneration: 1 },
        ...objectAt(change, 'status'),
      },
    })
    const owner = this.#owner('statefulsets', 'apps/v1', 'StatefulSet', name)
    this.#pods(name, pods, owner, { 'controller-revision-hash': `${name}-1` })
  }

  /** A revision of a StatefulSet, made at that time; its name is the hash that pods carry. */
  revision(statefulSet: string, revision: number, createdAt: Date): void {
    this.cluster.create('controllerrevisions', {
      metadata: {
        namespace: NAMESPACE,
        name: `${statefulSet}-${revision}`,
        creationTimestamp: timestamp(createdAt),
        ownerReferences: [this.#owner('statefulsets', 'apps/v1', 'StatefulSet', statefulSet)],
      },
      revision,
    })
  }

  job(name: string, pods: readonly PodShape[], status: JsonObject = {}): void {
    this.cluster.create('jobs', {
      metadata: { namespace: NAMESPACE, name, labels: { app: name } },
      spec: { backoffLimit: 6, completions: 1, parallelism: 1, template: template(name) },
      status: { startTime: SOME_TIME, ...status },
    })
    const owner = this.#owner('jobs', 'batch/v1', 'Job', name)
    this.#pods(name, pods, owner, {}, { restartPolicy: 'Never' })
  }

  #pods(
    name: string,
    pods: readonly PodShape[],
    owner: JsonObject,
    labels: JsonObject = {},
    spec: JsonObject = {},
  ): void {
    for (const [index, shape] of pods.entries())
      this.cluster.create('pods', {
        metadata: {
          namespace: NAMESPACE,
          name: `${name}-${index}`,
          labels: { app: name, ...labels },
          ownerReferences: [owner],
        },
        spec: {
          containers: [{ name: 'app', image: 'app:1' }],
          ...{ nodeName: 'node-1', restartPolicy: 'Always', ...spec, ...shape.spec },
        },
        status: shape.status ?? {},
      })
  }

  #owner(plural: string, apiVersion: string, kind: string, name: string): JsonObject {
    const { metadata = {} } = this.cluster.get(plural, NAMESPACE, name)
    const uid = stringAt({ ...objectAt({ metadata }, 'metadata') }, 'uid')
    return { apiVersion, kind, name, uid, controller: true }
  }
}

function template(name: string): JsonObject {
  return {
    metadata: { labels: { app: name } },
    spec: { containers: [{ name: 'app', image: 'app:1' }] },
  }
}

function isReady({ status = {} }: PodShape): boolean {
  const { conditions } = status
  return Array.isArray(conditions) && JSON.stringify(conditions).includes('"Ready","status":"True"')
}

export const SOME_TIME = '2026-01-02T03:04:05Z'

/** A pod whose only container is in this state. */
export function podIn(state: JsonObject, more: JsonObject = {}, phase = 'Running'): PodShape {
  const ready = state.running !== undefined
  const condition = { type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: SOME_TIME }
  return {
    status: {
      phase,
      conditions: [condition],
      containerStatuses: [
        {
          ...{ name: 'app', image: 'app:1', imageID: '', ready, started: ready, restartCount: 0, state },
          ...more,
        },
      ],
    },
  }
}

export const RUNNING = podIn({ running: { startedAt: SOME_TIME } })

export function waitingFor(reason: string, message = '', restartCount = 0): PodShape {
  const lastState = restartCount > 0 ? { terminated: ending('Error', 1) } : {}
  return podIn({ waiting: { reason, message } }, { restartCount, lastState })
}

export function endedWith(reason: string, restartCount = 0): PodShape {
  const exitCode = reason === 'OOMKilled' ? 137 : reason === 'Completed' ? 0 : 1
  return podIn({ terminated: ending(reason, exitCode) }, { restartCount })
}

function ending(reason: string, exitCode: number): JsonObject {
  const times = { startedAt: SOME_TIME, finishedAt: SOME_TIME }
  return { exitCode, reason, ...times, containerID: `containerd://${reason}` }
}

/** As Kubernetes writes times: whole seconds. */
export function timestamp(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z')
}

/** A pod that no node takes, since then. */
export function unschedulable(since: Date, message: string): PodShape {
  const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }
  return {
    spec: { nodeName: '' },
    status: { phase: 'Pending', conditions: [{ ...condition, lastTransitionTime: timestamp(since) }] },
  }
}
