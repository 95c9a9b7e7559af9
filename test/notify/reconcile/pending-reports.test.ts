import fc from 'fast-check'
import t from 'tap'
import { ClusterCache } from '../../../src/cache/cluster-cache.ts'
import type { Entry } from '../../../src/notify/outbox/entries.ts'
import { findPendingReports } from '../../../src/notify/reconcile/pending-reports.ts'
import { LYNCEUS } from '../../../src/rules/policies/lynceus.ts'
import { BEGAN, pod } from '../crashing-pod.ts'

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
          const rest = {
            view: cache,
            selection,
            clusterUid: 'c',
            baselineAt: BEGAN,
            staleAfterSeconds: 30,
            policy: LYNCEUS,
          }
          for (const { events, entries } of findPendingReports({ ...rest, outbox: view, now })) {
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
