// Crashes that are not the canary's fault. Excusing too many is the dangerous side: a bad canary would pass.
import t from 'tap'
import { sharedCrashes } from '../../../src/analyze/compare/attribution.ts'

const TOLERANCE = { maxRatio: 1, maxDelta: 0 }
const HOUR = 3600

t.test(
  'crashes are excused only where the stable revision ends in the same way about as often',
  async (t) => {
    // Columns: crashes of the canary, crashes of the stable revision, those excused; both had an hour.
    for (const [title, canary, stable, shared] of [
      ['none', {}, {}, 0],
      ['the stable revision never ended like that', { 'app Error 1': 1 }, {}, 0],
      ['nor in this way', { 'app Error 1': 1 }, { 'app OOMKilled 137': 9 }, 0],
      ['as often', { 'app Error 1': 3 }, { 'app Error 1': 3 }, 3],
      ['a little more often', { 'app Error 1': 4 }, { 'app Error 1': 3 }, 4],
      ['far more often', { 'app Error 1': 20 }, { 'app Error 1': 3 }, 0],
      ['of two ways one', { 'app Error 1': 3, 'app Error 2': 2 }, { 'app Error 1': 3 }, 3],
      ['both ways', { 'app Error 1': 3, 'app Error 2': 2 }, { 'app Error 1': 3, 'app Error 2': 2 }, 5],
    ] as const) {
      const exposure = (crashes: Readonly<Record<string, number>>) => ({
        crashes: new Map(Object.entries(crashes)),
        podSeconds: HOUR,
      })
      t.equal(sharedCrashes(exposure(canary), exposure(stable), TOLERANCE), shared, title)
    }
  },
)
