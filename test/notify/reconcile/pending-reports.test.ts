import fc from 'fast-check'
import t from 'tap'
import { ClusterCache } from '../../../src/cache/cluster-cache.ts'
import type { Entry } from '../../../src/notify/outbox/entries.ts'
import { findPendingReports } from '../../../src/notify/reconcile/pending-reports.ts'
import { LYNCEUS } from '../../../src/rules/policies/lynceus.ts'
import { pod, STARTED_AT } from '../crashing-pod.ts'

type Action = 'crash' | 'run' | 'apply' | 'reconcile' | 'wait' | 'forget'
const ACTIONS: readonly Action[] = ['crash', 'run', 'apply', 'reconcile', 'wait', 'forget']

t.test('no order of changes loses a crash or reports one twice', async (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...ACTIONS), { maxLength: 60 }),
      fc.boolean(),
      (actions, vanishes) => {
        let cache = new ClusterCache()
        const outbox = new Map<string, Entry>()
        let [now, crashes, endedAt] = [STARTED_AT, 0, STARTED_AT]
        let runningSince: number | null = STARTED_AT
        const ids: string[] = []
        let reported = 0
        const apply = () => cache.apply('pods', 'MODIFIED', pod(crashes, endedAt, runningSince), now)
        const reconcile = () => {
          const view = { get: (key: string) => outbox.get(key), entries: () => outbox.entries() }
          const selection = { namespaces: [], selector: [] }
          const rest = {
            view: cache,
            selection,
            clusterUid: 'c',
            baselineAt: STARTED_AT,
            staleAfterSeconds: 30,
            policy: LYNCEUS,
          }
          for (const { events, entries } of findPendingReports({ ...rest, outbox: view, now })) {
            for (const { id, kind, count } of events) {
              ids.push(id)
              if (kind === 'crashed') reported += count
            }
            for (const [key, entry] of entries) if (entry !== undefined) outbox.set(key, entry)
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
          apply,
          reconcile,
          wait: () => {
            now += 400
          },
          // Another replica takes over: it sees only what the cluster still shows.
          forget: () => {
            cache = new ClusterCache()
            apply()
          },
        }
        for (const action of actions) {
          now += 1
          act[action]()
        }
        apply()
        if (vanishes) cache.apply('pods', 'DELETED', pod(crashes, endedAt, runningSince), now)
        for (let round = 0; round < 3; round++) {
          now += 3700
          reconcile()
        }
        return reported === crashes && new Set(ids).size === ids.length
      },
    ),
    { numRuns: 500 },
  )
  t.pass('for 500 orders')
})
