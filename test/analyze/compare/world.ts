import type { TimedAnswer } from '../../../src/analyze/answer.ts'
import { analyzeCompare } from '../../../src/analyze/compare/compare.ts'
import { analyzeCrashes } from '../../../src/analyze/crashes.ts'
import { ClusterCache } from '../../../src/cache/cluster-cache.ts'
import { Decoder } from '../../../src/cluster/decode/decoder.ts'
import { BUILT_IN_RESOURCES } from '../../../src/model/records.ts'
import { ALL_NAMESPACES } from '../../../src/model/watch-state.ts'
import { type CompareQuestion, plainQuestion, type Question } from '../../../src/question/question.ts'

export const NOW = Date.UTC(2026, 10, 21, 12) / 1000
const STALE_AFTER = 30
const MINUTE = 60
/** When the present run of a container began, minutes ago. */
const RUNS_MINUTES = 0.1

/** A pod of two containers, each of which crashes in a way of its own. */
export interface PodShape {
  readonly node?: string
  /** Since when it is there. */
  readonly minutes?: number
  /** Crashes of container app, with exit code 1. */
  readonly app?: number
  /** Crashes of container side, with exit code 2. */
  readonly side?: number
  /** Container app is not running but waits, with this reason; side runs. */
  readonly appWaits?: string
  /** When the last crash of each container was, minutes ago. */
  readonly crashedMinutes?: number
  /** Evicted so many minutes ago, and still there. */
  readonly evictedMinutes?: number
  /** Deleted just now. */
  readonly gone?: boolean
  /** Being deleted, and still there. */
  readonly terminating?: boolean
  /** Of a StatefulSet instead of a ReplicaSet. */
  readonly ordered?: boolean
}

export interface World {
  readonly canary: readonly PodShape[]
  readonly stable: readonly PodShape[]
  /** Of another workload. */
  readonly others?: readonly PodShape[]
  /** Of both ReplicaSets. */
  readonly annotations?: Readonly<Record<string, string>>
}

const decoder = new Decoder()
const CANARY = plainQuestion('shop', { type: 'hash', hash: 'new', owner: null })
const AGAINST = {
  stable: { type: 'hash', hash: 'old', owner: null },
  maxRatio: 2,
  maxDelta: 1,
  minPods: 0,
} as const

/** What is answered about these pods. */
export function compared(world: World, asked: Partial<CompareQuestion> = {}): TimedAnswer['answer'] {
  return analyzeCompare(cacheOf(world), { ...CANARY, ...AGAINST, ...asked }, NOW, STALE_AFTER).answer
}

/** What is answered about the crashes of the canary alone. */
export function crashed(canary: readonly PodShape[], asked: Partial<Question> = {}): TimedAnswer['answer'] {
  return analyzeCrashes(cacheOf({ canary, stable: [] }), { ...CANARY, ...asked }, NOW, STALE_AFTER).answer
}

function cacheOf({ canary, stable, others = [], annotations = {} }: World): ClusterCache {
  const cache = new ClusterCache()
  for (const resource of BUILT_IN_RESOURCES)
    cache.setWatchState(resource, ALL_NAMESPACES, { type: 'working' })
  for (const hash of ['new', 'old'])
    cache.apply(
      'replicasets',
      'ADDED',
      decoder.objects.replicasets.fromJson(replicaSet(hash, annotations)),
      NOW,
    )
  for (const [hash, pods] of Object.entries({ new: canary, old: stable, other: others }))
    for (const [index, shape] of pods.entries()) addPod(cache, hash, `${hash}-${index}`, shape)
  return cache
}

function addPod(cache: ClusterCache, hash: string, name: string, shape: PodShape): void {
  const pod = decoder.objects.pods.fromJson(podOf(hash, name, shape))
  cache.apply('pods', 'ADDED', pod, NOW)
  if (shape.gone === true) cache.apply('pods', 'DELETED', pod, NOW)
}

function ago(minutes: number): string {
  return new Date((NOW - minutes * MINUTE) * 1000).toISOString().replace('.000Z', 'Z')
}

function replicaSet(hash: string, annotations: Readonly<Record<string, string>>): object {
  return {
    metadata: {
      namespace: 'shop',
      name: `web-${hash}`,
      uid: `set-${hash}`,
      resourceVersion: '1',
      creationTimestamp: ago(0),
      labels: { 'rollouts-pod-template-hash': hash },
      annotations,
    },
    spec: { replicas: 1 },
    status: { observedGeneration: 1 },
  }
}

function podOf(hash: string, name: string, shape: PodShape): object {
  const { node = 'node-1', minutes = 10, ordered = false, evictedMinutes } = shape
  const [kind, owner, uid, label] = ordered
    ? ['StatefulSet', 'db', 'db', 'controller-revision-hash']
    : ['ReplicaSet', `web-${hash}`, `set-${hash}`, 'rollouts-pod-template-hash']
  return {
    metadata: {
      namespace: 'shop',
      name,
      uid: name,
      resourceVersion: '1',
      creationTimestamp: ago(minutes),
      ...(shape.terminating === true ? { deletionTimestamp: ago(0) } : {}),
      labels: { [label]: hash },
      ownerReferences: [{ apiVersion: 'apps/v1', kind, name: owner, uid, controller: true }],
    },
    spec: {
      nodeName: node,
      restartPolicy: 'Always',
      containers: ['app', 'side'].map((container) => ({ name: container, image: 'app:1' })),
    },
    status: {
      ...(evictedMinutes === undefined ? { phase: 'Running' } : { phase: 'Failed', reason: 'Evicted' }),
      containerStatuses: [
        statusOf(name, 'app', shape.app ?? 0, 1, shape),
        statusOf(name, 'side', shape.side ?? 0, 2, shape),
      ],
    },
  }
}

function statusOf(
  pod: string,
  name: string,
  crashes: number,
  exitCode: number,
  { minutes = 10, evictedMinutes, appWaits, crashedMinutes = RUNS_MINUTES }: PodShape,
): object {
  const ended = (code: number, finishedAt: string, id: string) => ({
    terminated: {
      exitCode: code,
      reason: 'Error',
      startedAt: ago(minutes),
      finishedAt,
      containerID: `c://${pod}${name}${id}`,
    },
  })
  const waits = name === 'app' ? appWaits : undefined
  const isRunning = evictedMinutes === undefined && waits === undefined
  const stateOf = (): object => {
    if (evictedMinutes !== undefined) return ended(137, ago(evictedMinutes), 'last')
    return waits === undefined
      ? { running: { startedAt: ago(RUNS_MINUTES) } }
      : { waiting: { reason: waits } }
  }
  return {
    name,
    ready: isRunning,
    started: isRunning,
    restartCount: waits === undefined ? crashes : Math.max(0, crashes - 1),
    image: 'app:1',
    imageID: 'app:1',
    state: stateOf(),
    ...(crashes === 0 ? {} : { lastState: ended(exitCode, ago(crashedMinutes), String(crashes)) }),
  }
}
