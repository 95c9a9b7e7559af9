import fc from 'fast-check'
import t from 'tap'
import { GateWorld } from './gate-world.ts'
import { settled } from './subject.ts'

const CRASH = { exitCode: 1, reason: 'Error' }
/** Standstills that the engine must notice, seconds: longer than a turn of its timer with what it may be late. */
const MIN_STALL = 2.1
const SETTLE = 10

/** A step of a story: the container crashes or not, then the process runs, or stands still before it hears of that. */
interface Step {
  readonly type: 'runs' | 'stalls'
  readonly seconds: number
  readonly crashes: boolean
}

const crashes = fc.boolean()
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    type: fc.constant('runs' as const),
    seconds: fc.double({ min: 0.1, max: 12, noNaN: true }),
    crashes,
  }),
  fc.record({
    type: fc.constant('stalls' as const),
    seconds: fc.double({ min: MIN_STALL, max: 120, noNaN: true }),
    crashes,
  }),
)

/** Plays a story; returns the verdict that it ends with. Throws when a pass came that had not settled. */
async function play(steps: readonly Step[]): Promise<string | undefined> {
  const world = new GateWorld()
  const pod = world.release()
  pod.becomesReady()
  await world.hear()
  let verdict: string | undefined
  let endedAt = 0
  const { result } = world.wait(
    {
      timeoutSeconds: 3600,
      settleSeconds: SETTLE,
      onSnapshot: ({ answer, final }) => {
        if (final === null) return
        verdict = answer.verdict
        endedAt = world.time.now()
      },
    },
    { retryLimit: 1000 },
  )
  await settled()
  /** Since when the process has run and the container has been up. */
  let steadySince = world.time.now()
  for (const { type, seconds, crashes } of steps) {
    if (crashes) {
      pod.ends(CRASH)
      pod.starts()
      pod.becomesReady()
    }
    if (type === 'stalls') world.time.stall(seconds)
    await settled()
    if (verdict === 'pass') throw new Error(`passed before it heard, as it ${type} for ${seconds} s`)
    await world.hear()
    if (type === 'stalls' || crashes) steadySince = world.time.now()
    if (type === 'runs') world.time.advance(seconds)
    await settled()
    if (verdict === 'pass' && endedAt - steadySince < SETTLE) throw new Error('passed too early')
    if (verdict !== undefined) break
  }
  world.engine.close()
  await result
  return verdict
}

t.test(
  'no pass by time in which the process stood still, and none while a crash is unheard of',
  async (t) => {
    let passes = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        if ((await play(steps)) === 'pass') passes += 1
      }),
      { numRuns: 200 },
    )
    // So that the law is not kept by chance: about one story in ten has calm enough.
    t.ok(passes > 2, `${passes} stories end in a pass`)
  },
)
