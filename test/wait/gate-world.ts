import { ClusterCache } from '../../src/cache/cluster-cache.ts'
import { Decoder } from '../../src/cluster/decode/decoder.ts'
import type { ObjectDecoder } from '../../src/cluster/decode/object-decoder.ts'
import type { Meta } from '../../src/model/meta.ts'
import { BUILT_IN_RESOURCES, type Records, type ResourceName } from '../../src/model/records.ts'
import { ALL_NAMESPACES } from '../../src/model/watch-state.ts'
import { plainQuestion, type Question } from '../../src/question/question.ts'
import { LYNCEUS } from '../../src/rules/policies/lynceus.ts'
import { WaitingEngine, type WaitingEngineOptions } from '../../src/wait/engine.ts'
import type { GateWait } from '../../src/wait/gate-waits.ts'
import type { Snapshot } from '../../src/wait/snapshot.ts'
import { EmbeddedCluster } from '../../testing/fake-apiserver/index.ts'
import { Stage } from '../../testing/scenario/stage.ts'
import { ManualTime } from '../manual-time.ts'
import { settled } from './subject.ts'

const APP = { namespace: 'shop', name: 'web', replicas: 1 }
const IMAGE = 'registry.example/web:1'
const HEARD: readonly ResourceName[] = ['deployments', 'replicasets', 'pods']
/** Longer than the throttle's gap between two evaluations, seconds. */
const GAP = 1

/** A Deployment `web` of one pod, waited for without a network; nothing is known of it before `hear` is called. */
export class GateWorld {
  readonly time = new ManualTime()
  readonly load = new ManualTime()
  readonly cluster: EmbeddedCluster
  readonly stage: Stage
  readonly cache = new ClusterCache()
  readonly engine: WaitingEngine
  /** How often questions of gates were evaluated. */
  evaluations = 0
  /** Thrown by the next evaluation. */
  error: Error | null = null
  readonly #decoders = new Decoder().objects

  constructor(options: Partial<WaitingEngineOptions> = {}) {
    const { time, load, cache } = this
    this.cluster = new EmbeddedCluster({ now: () => time.now() * 1000 })
    this.stage = new Stage({
      cluster: this.cluster,
      app: APP,
      tell: () => undefined,
      now: time.now,
      pace: 0,
    })
    for (const resource of BUILT_IN_RESOURCES)
      cache.setWatchState(resource, ALL_NAMESPACES, { type: 'working' })
    this.engine = new WaitingEngine({
      view: cache,
      now: time.now,
      schedule: time.schedule,
      loadClock: load,
      staleAfterSeconds: 30,
      policy: LYNCEUS,
      maxHeld: 10,
      maxWaiting: 10,
      unknownReasons: () => {
        this.evaluations += 1
        if (this.error !== null) throw this.error
      },
      ...options,
    })
  }

  /** Releases an image with one pod that has started; nothing is heard of it yet. */
  release(image = IMAGE): ReturnType<Stage['addPod']> {
    this.stage.release(image)
    const actor = this.stage.addPod(image)
    actor.starts()
    return actor
  }

  /** The cache hears of all that the cluster has, and whoever waits of it. */
  async hear(): Promise<void> {
    for (const resource of HEARD) this.#enter(resource)
    await settled()
    this.load.advance(GAP)
    await settled()
  }

  /** Waits for the Deployment. */
  wait(more: Partial<GateWait> = {}, question: Partial<Question> = {}) {
    const snapshots: Snapshot[] = []
    const asked = plainQuestion('shop', { type: 'object', kind: 'deployment', name: 'web' })
    const result = this.engine.gate({
      question: { ...asked, ...question },
      settleSeconds: 10,
      timeoutSeconds: 300,
      signal: new AbortController().signal,
      onSnapshot: (snapshot) => snapshots.push(snapshot),
      ...more,
    })
    return { result, snapshots }
  }

  #enter<N extends ResourceName>(resource: N): void {
    const decoder: ObjectDecoder<Records[N] & Meta> = this.#decoders[resource]
    const records = this.cluster.list(resource).map((object) => decoder.fromJson(object))
    for (const record of records) this.cache.apply(resource, 'MODIFIED', record, this.time.now())
    const uids = new Set(records.map(({ uid }) => uid))
    this.cache.retain(resource, ALL_NAMESPACES, uids, this.time.now())
  }
}
