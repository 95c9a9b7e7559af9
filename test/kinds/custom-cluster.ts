import t from 'tap'
import { analyzeRollout } from '../../src/analyze/rollout.ts'
import { ClusterCache } from '../../src/cache/cluster-cache.ts'
import { Decoder } from '../../src/cluster/decode/decoder.ts'
import {
  BUILT_IN_RESOURCES,
  type CustomResource,
  customResourceName,
  type ResourceName,
} from '../../src/model/records.ts'
import { ALL_NAMESPACES } from '../../src/model/watch-state.ts'
import { plainQuestion, type Target } from '../../src/question/question.ts'

/** When the tests ask. */
export const NOW = Date.parse('2026-01-05T12:00:00Z') / 1000
export const STALE_AFTER = 30
/** When the objects were made, long before any deadline. */
export const LONG_AGO = '2025-12-01T00:00:00Z'
/** An update that is still within every deadline. */
export const LATELY = '2026-01-05T11:58:00Z'

export const CLONE_SET: CustomResource = {
  group: 'apps.kruise.io',
  version: 'v1alpha1',
  kind: 'CloneSet',
  plural: 'clonesets',
}
export const REVISION: CustomResource = {
  group: 'serving.knative.dev',
  version: 'v1',
  kind: 'Revision',
  plural: 'revisions',
}
export const POD_SET: CustomResource = {
  group: 'core.strimzi.io',
  version: 'v1beta2',
  kind: 'StrimziPodSet',
  plural: 'strimzipodsets',
}
export const NODE_SET: CustomResource = {
  group: 'apps.kruise.io',
  version: 'v1alpha1',
  kind: 'DaemonSet',
  plural: 'daemonsets',
}
const CUSTOM = [CLONE_SET, REVISION, POD_SET, NODE_SET]

/** An object as the API server sends it. */
export type Manifest = Readonly<Record<string, unknown>>

/** `metadata`, whose spec was changed at a time and by a controller's status since. */
export function metadata(name: string, changedAt: string, more: Manifest = {}): Manifest {
  const managed = (operation: string, time: string, subresource?: string) => ({
    operation,
    time,
    subresource,
  })
  return {
    name,
    namespace: 'shop',
    uid: `uid-${name}`,
    resourceVersion: '1',
    generation: 2,
    creationTimestamp: LONG_AGO,
    labels: { app: 'web' },
    managedFields: [managed('Apply', changedAt), managed('Update', '2026-01-05T11:59:59Z', 'status')],
    ...more,
  }
}

/** The reference of a controller. */
export function ownedBy(apiVersion: string, kind: string, name: string): Manifest {
  return { ownerReferences: [{ apiVersion, kind, name, uid: `uid-${name}`, controller: true }] }
}

export interface PodShape {
  readonly name: string
  readonly state: 'ready' | 'starting' | 'crashing' | 'done' | 'failed'
  readonly owner: Manifest
  /** controller-revision-hash. */
  readonly revision?: string
}

const STARTED = '2026-01-05T11:58:10Z'
const END = { exitCode: 1, reason: 'Error', startedAt: STARTED, finishedAt: '2026-01-05T11:59:50Z' }
const OVER = { done: 'Succeeded', failed: 'Failed' } as const

export function pod({ name, state, owner, revision }: PodShape): Manifest {
  const isReady = state === 'ready'
  const status = {
    ready: { state: { running: { startedAt: STARTED } }, ready: true, restartCount: 0 },
    starting: { state: { waiting: { reason: 'ContainerCreating' } }, ready: false, restartCount: 0 },
    crashing: {
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { ...END, containerID: 'containerd://1' } },
      ready: false,
      restartCount: 6,
    },
    done: {
      state: { terminated: { ...END, exitCode: 0, reason: 'Completed' } },
      ready: false,
      restartCount: 0,
    },
    failed: { state: { terminated: END }, ready: false, restartCount: 0 },
  }[state]
  return {
    metadata: metadata(name, STARTED, {
      creationTimestamp: STARTED,
      labels: { app: 'web', ...(revision === undefined ? {} : { 'controller-revision-hash': revision }) },
      ...owner,
    }),
    spec: { restartPolicy: 'Always', containers: [{ name: 'app', image: 'app:2' }] },
    status: {
      phase:
        state === 'done' || state === 'failed'
          ? OVER[state]
          : isReady || state === 'crashing'
            ? 'Running'
            : 'Pending',
      conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False', lastTransitionTime: STARTED }],
      containerStatuses: [{ name: 'app', ...status }],
    },
  }
}

/** What a cluster holds: a resource and an object of it. */
export type Holding = readonly [resource: ResourceName, object: Manifest]

/** A cache of these objects, all of whose watches work but for `states`. */
export function clusterWith(
  holdings: readonly Holding[],
  states: Readonly<Partial<Record<string, 'unsynced' | 'forbidden' | 'absent'>>> = {},
): ClusterCache {
  const cache = new ClusterCache(CUSTOM)
  for (const name of [...BUILT_IN_RESOURCES, ...CUSTOM.map(customResourceName)])
    cache.setWatchState(name, ALL_NAMESPACES, { type: states[name] ?? 'working' })
  const { objects } = new Decoder(CUSTOM)
  for (const [resource, object] of holdings) {
    const record = objects[resource]?.fromJson(object)
    if (record !== undefined) cache.apply(resource, 'ADDED', record, NOW)
  }
  return cache
}

/** Deletes a pod from a cache. */
export function deletePod(cache: ClusterCache, shape: PodShape): void {
  cache.apply('pods', 'DELETED', new Decoder().objects.pods.fromJson(pod(shape)), NOW)
}

/** The kind of a resource with the name that the tests' objects have. */
export function named({ kind, group }: CustomResource): Target {
  return { type: 'object', kind: `${kind.toLowerCase()}.${group}`, name: 'web' }
}

/** Asks how far a rollout has come, with all findings. */
export function ask(cache: ClusterCache, about: Target) {
  const question = { ...plainQuestion('shop', about), detail: 'full' as const }
  return analyzeRollout(cache, question, NOW, STALE_AFTER).answer
}

/** An object's `web` verdict, and the rule of the finding that decides. */
export type Case = readonly [
  name: string,
  resource: CustomResource,
  holdings: readonly Holding[],
  verdict: string,
  rule?: string,
]

/** A test for each case. */
export function testVerdicts(cases: readonly Case[]): void {
  for (const [name, resource, holdings, verdict, rule] of cases) {
    t.test(name, async (t) => {
      const answer = ask(clusterWith(holdings), named(resource))
      t.equal(answer.verdict, verdict, answer.message)
      if (verdict === 'pass') return
      const rules = answer.findings?.map((one) => one.rule) ?? []
      t.not(rules.length, 0, 'something says why')
      if (rule !== undefined) t.equal(rules[0], rule, answer.message)
    })
  }
}
