import { Writable } from 'node:stream'
import { parseAccess } from '../../src/cluster/client/access.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import type { Schedule } from '../../src/lib/schedule.ts'
import { type Service, type ServiceOptions, startService } from '../../src/service.ts'
import {
  EmbeddedApi,
  EmbeddedCluster,
  type EmbeddedClusterOptions,
} from '../../testing/fake-apiserver/index.ts'
import { until } from '../cluster/watch/watching.ts'

/** A real service against the embedded API, synced. */
export interface Serving {
  readonly api: EmbeddedApi
  readonly cluster: EmbeddedCluster
  readonly service: Service
  readonly log: string[]
  /** GETs a path of the service. */
  get(
    path: string,
  ): Promise<{ readonly status: number; readonly type: string; readonly body: Record<string, unknown> }>
  post(
    path: string,
    body: unknown,
  ): Promise<{ readonly status: number; readonly body: Record<string, unknown> }>
}

type Teardown = { teardown(handler: () => Promise<void>): void }

export interface ServingOptions {
  readonly settings?: Readonly<Record<string, string>>
  readonly now?: () => number
  readonly schedule?: Schedule
  readonly cluster?: EmbeddedClusterOptions
  readonly timing?: ServiceOptions['timing']
  /** The API says nothing, so the service never syncs. */
  readonly stalled?: boolean
  /** Whom to tell what happens to apps. */
  readonly notify?: ServiceOptions['notify']
  /** What is there before the service starts. */
  readonly prepare?: (cluster: EmbeddedCluster) => void
  /** Resources that the API server refuses from the start. */
  readonly forbidden?: readonly string[]
  /** What requests to the API must carry. */
  readonly token?: string
  /** How the service reaches the API; else by its kubeconfig. */
  readonly access?: (api: EmbeddedApi) => Pick<ServiceOptions, 'cluster' | 'renewal'>
}

export async function serving(t: Teardown, options: ServingOptions = {}): Promise<Serving> {
  const cluster = new EmbeddedCluster(options.cluster)
  options.prepare?.(cluster)
  const api = await new EmbeddedApi(cluster, { token: options.token ?? null }).start()
  for (const resource of options.forbidden ?? []) api.access.forbid(resource)
  if (options.stalled === true) api.faults.stall()
  const log: string[] = []
  const logTo = new Writable({
    write(chunk, _encoding, done) {
      log.push(String(chunk))
      done()
    },
  })
  const flags = { host: '127.0.0.1', port: '0', logLevel: 'info', ...options.settings }
  const service = await startService({
    config: loadConfig({ flags, env: {} }),
    ...(options.access?.(api) ?? { cluster: parseAccess(api.kubeconfig()) }),
    random: () => 0.01,
    logTo,
    ...(options.notify === undefined ? {} : { notify: options.notify }),
    ...(options.now === undefined ? {} : { now: options.now }),
    ...(options.schedule === undefined ? {} : { schedule: options.schedule }),
    ...(options.timing === undefined ? {} : { timing: options.timing }),
  })
  t.teardown(async () => {
    await service.stop(0)
    await api.stop()
  })
  const get = async (path: string) => {
    const response = await fetch(`${service.url}${path}`)
    return {
      status: response.status,
      type: response.headers.get('content-type') ?? '',
      body: record(await response.text()),
    }
  }
  const post = async (path: string, body: unknown) => {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }
    const response = await fetch(`${service.url}${path}`, init)
    return { status: response.status, body: record(await response.text()) }
  }
  if (options.stalled === true) return { api, cluster, service, log, get, post }
  const pods = () => [...service.cache.watchStates.all()].filter(({ resource }) => resource === 'pods')
  await until('synced', () => pods().some(({ state }) => state.type === 'working'))
  await until('all read', () =>
    [...service.cache.watchStates.all()].every(({ state }) => state.type !== 'unsynced'),
  )
  return { api, cluster, service, log, get, post }
}

function record(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError(`no object: ${text}`)
  return Object.fromEntries(Object.entries(value))
}

const TEMPLATE = { containers: [{ name: 'app', image: 'app:1' }] }

/** A ReplicaSet of this hash, as Argo's controller makes it, and how to add pods. */
export function replicaSet(cluster: EmbeddedCluster, hash: string, replicas: number): string {
  const created = cluster.create('replicasets', {
    metadata: {
      name: `web-${hash}`,
      namespace: 'shop',
      labels: { app: 'web', 'rollouts-pod-template-hash': hash },
    },
    spec: { replicas, selector: { matchLabels: { 'rollouts-pod-template-hash': hash } } },
    status: { replicas: 0, observedGeneration: 1 },
  })
  const { metadata } = created
  return typeof metadata === 'object' && metadata !== null && 'uid' in metadata ? String(metadata.uid) : ''
}

/** A running pod of that ReplicaSet; `crashes` times crashed before. */
export function pod(cluster: EmbeddedCluster, hash: string, owner: string, name: string, crashes = 0): void {
  const started = new Date(Date.now() - 60_000).toISOString()
  const ended = {
    exitCode: 1,
    reason: 'Error',
    startedAt: started,
    finishedAt: started,
    containerID: `c://${name}${crashes}`,
  }
  cluster.create('pods', {
    metadata: {
      name,
      namespace: 'shop',
      labels: { app: 'web', 'rollouts-pod-template-hash': hash },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `web-${hash}`, uid: owner, controller: true },
      ],
    },
    spec: { ...TEMPLATE, nodeName: 'node-1', restartPolicy: 'Always' },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: started }],
      containerStatuses: [
        {
          name: 'app',
          ready: true,
          started: true,
          restartCount: crashes,
          image: 'app:1',
          imageID: 'app:1',
          state: { running: { startedAt: started } },
          ...(crashes > 0 ? { lastState: { terminated: ended } } : {}),
        },
      ],
    },
  })
}
