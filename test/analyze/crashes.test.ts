import t from 'tap'
import { crashed, type PodShape } from './compare/world.ts'

const TERMINATING: PodShape = { terminating: true }

t.test('a pod that is being deleted does not count as a pod', async (t) => {
  t.match(crashed([{}, TERMINATING]), { verdict: 'pass', pods: 1, message: 'No crash in 1 pod.' })
  t.match(crashed([{}, TERMINATING], { minPods: 2 }), { verdict: 'pending', pods: 1, code: null })
  t.match(crashed([{}, {}], { minPods: 2 }), { verdict: 'pass', pods: 2 })
  t.match(crashed([TERMINATING]), { verdict: 'pending', pods: 0, message: 'No pod exists yet.' })
})

t.test('a container of a pod that is being deleted may wait for its next start', async (t) => {
  const waiting: PodShape = { app: 1, appWaits: 'CrashLoopBackOff', crashedMinutes: 5 }
  t.match(crashed([{}, waiting], { window: 60 }), { verdict: 'pending' })
  t.match(crashed([{}, { ...waiting, terminating: true }], { window: 60 }), { verdict: 'pass' })
})
