// Canaries that are down after a crash, which few or old crashes do not excuse.
import t from 'tap'
import { compared, crashed, NOW, type PodShape } from './world.ts'

const stable = [{ minutes: 1440 }]
const IN_BACK_OFF: PodShape = { app: 1, appWaits: 'CrashLoopBackOff', crashedMinutes: 3 }
const DOWN = /but container app of pod new-0 crashed at .+ UTC and does not run again yet\.$/

t.test('a window shorter than the back-off does not hide it', async (t) => {
  const canary = [{ ...IN_BACK_OFF, app: 9 }]
  for (const narrowed of [{ window: 60 }, { since: NOW - 60 }]) {
    const pending = { verdict: 'pending', code: null, reason: 'Error', message: DOWN, crashes: 0 }
    t.match(compared({ canary, stable }, narrowed), pending)
    t.match(crashed(canary, narrowed), pending)
  }
})

t.test('limits stay as they are', async (t) => {
  t.match(crashed([IN_BACK_OFF]), { verdict: 'fail', crashes: 1 })
  t.match(crashed([IN_BACK_OFF], { limit: 2 }), {
    verdict: 'pending',
    message: /^1 of 2 crashes in 1 pod, but /,
  })
  t.match(crashed([{ app: 1 }], { limit: 2 }), { verdict: 'pass' }, 'it runs again')
})

t.test('a canary of 2 seconds whose only pod is down after its first crash', async (t) => {
  const canary = [{ ...IN_BACK_OFF, minutes: 2 / 60, crashedMinutes: 1 / 60 }]
  t.match(compared({ canary, stable }), { verdict: 'pending', reason: 'Error', message: DOWN })
})

t.test('one pod of several is told with its share', async (t) => {
  const message = /container app of pod new-1 \(1 of 3 pods\) crashed/
  t.match(compared({ canary: [{}, IN_BACK_OFF, {}], stable }), { verdict: 'pending', message })
})

t.test('neither another container nor a pod that is gone speaks against it', async (t) => {
  const others: [readonly PodShape[], object][] = [
    [[IN_BACK_OFF], { container: 'side' }],
    [[{}, { ...IN_BACK_OFF, gone: true }], {}],
    [[{}, { ...IN_BACK_OFF, evictedMinutes: 1 }], {}],
  ]
  for (const [canary, asked] of others) {
    t.match(compared({ canary, stable }, asked), { verdict: 'pass' })
    t.match(crashed(canary, { limit: 100, ...asked }), { verdict: 'pass' })
  }
})

t.test('the stable revision may be down', async (t) => {
  t.match(compared({ canary: [{}], stable: [...stable, IN_BACK_OFF] }), { verdict: 'pass' })
})
