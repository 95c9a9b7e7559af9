// A question narrowed to one container, alone and beside the stable revision.
import t from 'tap'
import { compared, crashed, type PodShape } from './world.ts'

const stable = [{ minutes: 1440 }]
const NEVER_PULLED: PodShape = { appWaits: 'ImagePullBackOff' }

interface Case {
  readonly title: string
  readonly canary: readonly PodShape[]
  readonly container: string
  readonly verdict: string
  readonly crashes: RegExp
  readonly compare: RegExp
}

const CASES: readonly Case[] = [
  {
    title: 'a name that no pod has tells nothing',
    canary: [{ app: 1, appWaits: 'CrashLoopBackOff' }],
    container: 'ap',
    verdict: 'pending',
    crashes: /^No pod has a container ap: pod new-0 has app, side\.$/,
    compare: /^No pod has a container ap: pod new-0 has app, side\.$/,
  },
  {
    title: 'one that never started is not well because another runs',
    canary: [NEVER_PULLED],
    container: 'app',
    verdict: 'pending',
    crashes: /^Container app has not started yet in 1 pod\.$/,
    compare: /^Container app of the canary has not started yet in 1 pod\.$/,
  },
  {
    title: 'the other passes meanwhile',
    canary: [NEVER_PULLED],
    container: 'side',
    verdict: 'pass',
    crashes: /^No crash in 1 pod\.$/,
    compare: /not more than is tolerated/,
  },
  {
    title: 'it is enough that it started in one pod',
    canary: [NEVER_PULLED, {}],
    container: 'app',
    verdict: 'pass',
    crashes: /^No crash in 2 pods\.$/,
    compare: /not more than is tolerated/,
  },
]

for (const { title, canary, container, verdict, ...messages } of CASES)
  t.test(title, async (t) => {
    t.match(crashed(canary, { container }), { verdict, message: messages.crashes })
    t.match(compared({ canary, stable }, { container }), { verdict, message: messages.compare })
  })

t.test('pods in which the container never started are none of those asked for', async (t) => {
  const answer = compared({ canary: [NEVER_PULLED, {}], stable }, { container: 'app', minPods: 2 })
  t.match(answer, { verdict: 'pending', message: /only 1 of the 2 pods/ })
})

t.test('the time of a stable revision in which it never ran counts all the same', async (t) => {
  const canary = [{ app: 3 }]
  t.equal(
    compared({ canary, stable: [{ minutes: 1440, appWaits: 'ContainerCreating' }] }, { container: 'app' })
      .verdict,
    'fail',
  )
})
