import { analyzeRollout } from '../../src/analyze/rollout.ts'
import { ClusterCache } from '../../src/cache/cluster-cache.ts'
import { Decoder } from '../../src/cluster/decode/decoder.ts'
import type { Kind } from '../../src/kinds/index.ts'
import { BUILT_IN_RESOURCES } from '../../src/model/records.ts'
import { ALL_NAMESPACES, type ChangeType } from '../../src/model/watch-state.ts'
import { plainQuestion } from '../../src/question/question.ts'
import { applyEvent } from '../../src/replay/recording.ts'

/** Times of manifests are written as seconds after this moment. */
export const START = Date.parse('2026-01-05T12:00:00Z') / 1000
const STALE_AFTER = 1_000_000

/** Those of kinds outside of apps/v1. */
const API_VERSIONS: Readonly<Record<string, string>> = {
  Pod: 'v1',
  Event: 'v1',
  Job: 'batch/v1',
  CronJob: 'batch/v1',
  Rollout: 'argoproj.io/v1alpha1',
}

/** A moment, seconds after the start, as the API server writes it. */
export function at(seconds: number): string {
  return new Date((START + seconds) * 1000).toISOString()
}

/** A cluster that is told of objects as the API server writes them. */
export class ToldCluster {
  readonly cache = new ClusterCache()
  readonly #decoders = new Decoder().objects
  #version = 0

  constructor() {
    for (const resource of BUILT_IN_RESOURCES)
      this.cache.setWatchState(resource, ALL_NAMESPACES, { type: 'working' })
  }

  /** Tells an object of namespace `shop`; its uid is `KIND/NAME`, its generation 1, it was made at the start. */
  tell(
    seconds: number,
    kind: string,
    name: string,
    { metadata = {}, ...rest }: { readonly metadata?: object; readonly [field: string]: unknown },
    type: ChangeType = 'ADDED',
  ): void {
    this.#version += 1
    const object = {
      kind,
      apiVersion: API_VERSIONS[kind] ?? 'apps/v1',
      metadata: {
        name,
        namespace: 'shop',
        uid: `${kind}/${name}`,
        resourceVersion: String(this.#version),
        generation: 1,
        creationTimestamp: at(0),
        ...metadata,
      },
      ...rest,
    }
    applyEvent(this.cache, this.#decoders, { t: seconds, type, object, line: this.#version }, START + seconds)
  }

  /** The answer about an object at a moment, as `VERDICT CODE REASON` with its message, and the rules of its findings. */
  ask(seconds: number, kind: Kind, name: string) {
    const question = { ...plainQuestion('shop', { type: 'object', kind, name }), detail: 'full' } as const
    const { answer, recheckAt } = analyzeRollout(this.cache, question, START + seconds, STALE_AFTER)
    const { verdict, code, reason, message, findings = [] } = answer
    return {
      is: [verdict, code, reason].filter((one) => one !== null).join(' '),
      message,
      rules: findings.map(({ rule }) => rule),
      recheckAt: recheckAt === null ? null : recheckAt - START,
    }
  }
}

/** `metadata.ownerReferences` of what a controller owns. */
export function ownedBy(apiVersion: string, kind: string, name: string) {
  return { ownerReferences: [{ apiVersion, kind, name, uid: `${kind}/${name}`, controller: true }] }
}

/** An event about an object. */
export function about(
  kind: string,
  name: string,
  reason: string,
  message: string,
  times: { readonly first: number; readonly last: number },
) {
  return {
    involvedObject: { kind, name, namespace: 'shop', uid: `${kind}/${name}`, apiVersion: 'v1' },
    reason,
    message,
    type: 'Warning',
    count: 1,
    firstTimestamp: at(times.first),
    lastTimestamp: at(times.last),
  }
}
