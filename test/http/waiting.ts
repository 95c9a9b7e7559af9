import { setTimeout as sleep } from 'node:timers/promises'
import { objectAt } from '../../testing/fake-apiserver/json.ts'
import { Stage } from '../../testing/scenario/stage.ts'
import { until } from '../cluster/watch/watching.ts'
import { ManualTime } from '../manual-time.ts'
import { Events } from './events.ts'
import { type Serving, type ServingOptions, serving } from './serving.ts'

export const APP = { namespace: 'shop', name: 'web', replicas: 1 }
export const QUESTION = 'namespace=shop&kind=deployment&name=web'
const MAX_MS = 20_000
const KINDS = ['deployments', 'replicasets', 'pods'] as const
const IMAGE = 'registry.example/web:1'

/** A service with a clock that is moved by hand, and a Deployment `web` of one pod. */
export interface Waiting extends Serving {
  readonly time: ManualTime
  readonly stage: Stage
  /** Releases an image with one pod that has started and is not ready; returns the pod. */
  release(image?: string): ReturnType<Stage['addPod']>
  /** Waits until the cache knows all that the cluster does. */
  heard(): Promise<void>
  /** Waits until so many clients wait for so many questions. */
  awaiting(clients: number, questions: number): Promise<void>
  /** Opens the stream of /gate. */
  listen(query?: string): Promise<Events>
}

type Teardown = Parameters<typeof serving>[0]

export async function waiting(t: Teardown, options: ServingOptions = {}): Promise<Waiting> {
  const time = new ManualTime()
  const served = await serving(t, { now: time.now, schedule: time.schedule, ...options })
  const { cluster, service } = served
  const stage = new Stage({ cluster, app: APP, tell: () => undefined, now: time.now, pace: 0 })
  const isHeard = (plural: 'deployments' | 'replicasets' | 'pods'): boolean => {
    const objects = cluster.list(plural).map((object) => objectAt(object, 'metadata'))
    const known = service.cache.objects[plural]
    return (
      known.size === objects.length &&
      objects.every(
        ({ namespace, name, resourceVersion }) =>
          known.get(String(namespace), String(name))?.resourceVersion === resourceVersion,
      )
    )
  }
  return {
    ...served,
    time,
    stage,
    release: (image = IMAGE) => {
      stage.release(image)
      const actor = stage.addPod(image)
      actor.starts()
      return actor
    },
    heard: () => until('heard', () => KINDS.every(isHeard)),
    awaiting: async (clients, questions) => {
      const wanted = { lynceus_gate_waiting_clients: clients, lynceus_gate_questions: questions }
      const end = Date.now() + MAX_MS
      for (;;) {
        const metrics = await (await fetch(`${service.url}/metrics`)).text()
        if (Object.entries(wanted).every(([name, value]) => metrics.includes(`\n${name} ${value}\n`))) return
        if (Date.now() > end) throw new Error(`never ${JSON.stringify(wanted)}`)
        await sleep(5)
      }
    },
    listen: (query = QUESTION) => Events.open(`${service.url}/gate?${query}`),
  }
}
