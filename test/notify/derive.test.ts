import fc from 'fast-check'
import t from 'tap'
import { ClusterCache } from '../../src/cache/cluster-cache.ts'
import type { Pod, Terminated } from '../../src/model/pod.ts'
import { derive } from '../../src/notify/derive.ts'
import type { Entry } from '../../src/notify/ledger.ts'

const BEGAN = 1_700_000_000
const OWNER = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'set' }

/** A container that ended so many times, and is down or runs since a moment. */
function pod(ends: number, at: number, runningSince: number | null): Pod {
  const last: Terminated | null =
    ends === 0
      ? null
      : {
          type: 'terminated',
          id: `c${ends}`,
          exitCode: 1,
          signal: 0,
          reason: 'Error',
          message: '',
          startedAt: at - 1,
          finishedAt: at,
        }
  const up = runningSince !== null
  const state = up
    ? ({ type: 'running', startedAt: runningSince } as const)
    : ({ type: 'waiting', reason: 'CrashLoopBackOff', message: '' } as const)
  const restarts = up ? ends : Math.max(0, ends - 1)
  const spec = {
    name: 'app',
    restartPolicy: '',
    restartRules: [],
    readinessProbe: false,
    startupProbe: false,
  }
  return {
    namespace: 'prod',
    name: 'web-1-x',
    uid: 'pod',
    resourceVersion: `${ends}-${at}-${runningSince}`,
    createdAt: BEGAN,
    deletedAt: null,
    labels: {},
    owner: OWNER,
    node: 'n',
    phase: 'Running',
    reason: '',
    message: '',
    ready: up,
    readySince: at,
    conditions: [],
    spec: { restartPolicy: 'Always', containers: [spec], initContainers: [] },
    containers: [{ name: 'app', ready: up, started: up, restarts, state, last }],
    initContainers: [],
  }
}

type Action = 'crash' | 'run' | 'hear' | 'look' | 'wait' | 'forget'
const ACTIONS: readonly Action[] = ['crash', 'run', 'hear', 'look', 'wait', 'forget']

t.test('no order of happenings loses a crash or tells one twice', async (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...ACTIONS), { maxLength: 60 }),
      fc.boolean(),
      (actions, vanishes) => {
        let cache = new ClusterCache()
        const ledger = new Map<string, Entry>()
        let [now, crashes, endedAt] = [BEGAN, 0, BEGAN]
        let runningSince: number | null = BEGAN
        const ids: string[] = []
        let told = 0
        const hear = () => cache.apply('pods', 'MODIFIED', pod(crashes, endedAt, runningSince), now)
        const look = () => {
          const view = { get: (key: string) => ledger.get(key), entries: () => ledger.entries() }
          const selection = { namespaces: [], selector: [] }
          const rest = { view: cache, selection, clusterUid: 'c', beganAt: BEGAN, staleAfterSeconds: 30 }
          for (const { events, entries } of derive({ ...rest, ledger: view, now })) {
            for (const { id, kind, count } of events) {
              ids.push(id)
              if (kind === 'crashed') told += count
            }
            for (const [key, entry] of entries) if (entry !== undefined) ledger.set(key, entry)
          }
        }
        const act: Record<Action, () => void> = {
          crash: () => {
            crashes += 1
            endedAt = now
            runningSince = null
          },
          run: () => {
            runningSince ??= now
          },
          hear,
          look,
          wait: () => {
            now += 400
          },
          // Another replica goes on: of what happened it knows only what the cluster still shows.
          forget: () => {
            cache = new ClusterCache()
            hear()
          },
        }
        for (const action of actions) {
          now += 1
          act[action]()
        }
        hear()
        if (vanishes) cache.apply('pods', 'DELETED', pod(crashes, endedAt, runningSince), now)
        for (let round = 0; round < 3; round++) {
          now += 3700
          look()
        }
        return told === crashes && new Set(ids).size === ids.length
      },
    ),
    { numRuns: 500 },
  )
  t.pass('for 500 orders')
})
