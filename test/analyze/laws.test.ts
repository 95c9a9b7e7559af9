// Laws that hold whatever the cluster does, over moments of recorded incidents.
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import type { TimedAnswer } from '../../src/analyze/answer.ts'
import { analyzeCrashes } from '../../src/analyze/crashes.ts'
import { analyzeOverall } from '../../src/analyze/overall.ts'
import { analyzeRollout } from '../../src/analyze/rollout.ts'
import { UnavailableError } from '../../src/kinds/unavailable-error.ts'
import type { Pod } from '../../src/model/pod.ts'
import { BUILT_IN_RESOURCES } from '../../src/model/records.ts'
import { ALL_NAMESPACES } from '../../src/model/watch-state.ts'
import { NotFoundError } from '../../src/question/not-found-error.ts'
import type { Question, Target } from '../../src/question/question.ts'
import { isCounted, isOver } from '../../src/rules/pod.ts'
import { interleaved, SCENARIOS, Stage } from '../corpus/stage.ts'

const ANALYSES = [analyzeOverall, analyzeCrashes, analyzeRollout]
const STALE_AFTER = 30
const numRuns = Number(process.env.LYNCEUS_LAW_RUNS ?? 150)

const moment = fc.tuple(fc.constantFrom(...SCENARIOS), fc.double({ min: 0.05, max: 1, noNaN: true }))
const analysis = fc.constantFrom(...ANALYSES)

function ask(stage: Stage, question: Question, analyze: (typeof ANALYSES)[number], now = stage.now) {
  return orNothing(() => analyze(stage.cache, question, now, STALE_AFTER))
}

function isRefused(evaluate: () => TimedAnswer): boolean {
  try {
    evaluate()
    return false
  } catch (error) {
    return error instanceof UnavailableError
  }
}

function orNothing(evaluate: () => TimedAnswer): TimedAnswer | null {
  try {
    return evaluate()
  } catch (error) {
    if (error instanceof NotFoundError) return null
    throw error
  }
}

t.test('what is missing or too old never passes', async () => {
  const broken = fc.constantFrom(
    { type: 'unsynced' } as const,
    { type: 'forbidden' } as const,
    { type: 'broken', since: 0 } as const,
  )
  fc.assert(
    fc.property(moment, analysis, broken, ([scenario, share], analyze, state) => {
      const stage = new Stage(scenario, share)
      for (const resource of BUILT_IN_RESOURCES) stage.cache.setWatchState(resource, ALL_NAMESPACES, state)
      for (const question of stage.questions()) {
        if (!isRefused(() => analyze(stage.cache, question, stage.now, STALE_AFTER))) return false
        const lenient = ask(stage, { ...question, onStale: 'unknown' }, analyze)
        if (lenient?.answer.verdict !== 'unknown') return false
      }
      return true
    }),
    { numRuns },
  )
})

t.test('without events there is an answer all the same, and it says so', async (t) => {
  const stage = new Stage('volume-secret-missing', 1)
  stage.cache.setWatchState('events', ALL_NAMESPACES, { type: 'forbidden' })
  const [question] = stage.questions()
  t.ok(question)
  if (question === undefined) return
  const full = ask(stage, { ...question, detail: 'full' }, analyzeRollout)
  t.equal(full?.answer.verdict, 'pending')
  t.ok(full?.answer.findings?.some(({ rule }) => rule === 'events-missing'))
})

t.test('pods that go never make it fail', async () => {
  fc.assert(
    fc.property(
      moment,
      analysis,
      fc.array(fc.nat(20), { minLength: 1, maxLength: 5 }),
      ([scenario, share], analyze, picks) => {
        const stage = new Stage(scenario, share)
        const before = stage.questions().map((question) => ({ question, was: ask(stage, question, analyze) }))
        const uids = [...stage.cache.objects.pods.all()].map(({ uid }) => uid)
        for (const pick of picks) stage.deletePod(uids[pick % Math.max(1, uids.length)] ?? '')
        return before.every(({ question, was }) => {
          const is = ask(stage, question, analyze)
          return is === null || is.answer.verdict !== 'fail' || was?.answer.verdict === 'fail'
        })
      },
    ),
    { numRuns },
  )
})

t.test('telling the same again changes nothing, and asking again neither', async () => {
  fc.assert(
    fc.property(moment, analysis, ([scenario, share], analyze) => {
      const stage = new Stage(scenario, share)
      for (const question of stage.questions()) {
        const full = { ...question, detail: 'full' } as const
        const before = ask(stage, full, analyze)
        if (!isDeepStrictEqual(ask(stage, full, analyze), before)) return false
        stage.tellAgain()
        if (!isDeepStrictEqual(ask(stage, full, analyze), before)) return false
      }
      return true
    }),
    { numRuns },
  )
})

t.test('until recheckAt neither verdict nor message change by themselves', async () => {
  const later = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(moment, analysis, later, ([scenario, share], analyze, part) => {
      const stage = new Stage(scenario, share)
      return stage.questions().every((question) => {
        const is = ask(stage, question, analyze)
        if (is === null) return true
        const end = is.recheckAt ?? stage.now + 3600
        const then = ask(stage, question, analyze, stage.now + part * (end - stage.now - 0.001))
        return then?.answer.verdict === is.answer.verdict && then.answer.message === is.answer.message
      })
    }),
    { numRuns },
  )
})

t.test('the order of independent events does not matter', async () => {
  fc.assert(
    fc.property(moment, analysis, fc.nat(), ([scenario, share], analyze, seed) => {
      const told = new Stage(scenario, share, (events) => events)
      const mixed = new Stage(scenario, share, (events) => interleaved(events, seed))
      return told.questions().every((question) => {
        const full = { ...question, detail: 'full' } as const
        const [one, other] = [ask(told, full, analyze), ask(mixed, full, analyze)]
        return one?.answer.verdict === other?.answer.verdict && one?.answer.code === other?.answer.code
      })
    }),
    { numRuns },
  )
})

const RANK = { pass: 0, pending: 1, unknown: 1, fail: 2 }

t.test('one more crash never makes it look better', async () => {
  fc.assert(
    fc.property(moment, analysis, fc.nat(), ([scenario, share], analyze, pick) => {
      const stage = new Stage(scenario, share)
      const before = stage.questions().map((question) => ({ question, was: ask(stage, question, analyze) }))
      if (!stage.crash(pick)) return true
      return before.every(({ question, was }) => {
        const is = ask(stage, question, analyze)
        return was === null || (is !== null && RANK[is.answer.verdict] >= RANK[was.answer.verdict])
      })
    }),
    { numRuns },
  )
})

t.test(
  'no window, baseline or limit lets a pod in back-off pass, nor a container that no pod has',
  async () => {
    const narrowed = fc.record(
      {
        window: fc.constantFrom(1, 30),
        limit: fc.constantFrom(1, 1000),
        container: fc.constantFrom(null, 'nobody'),
      },
      { requiredKeys: ['container'] },
    )
    fc.assert(
      fc.property(moment, narrowed, ([scenario, share], more) => {
        const stage = new Stage(scenario, share)
        const everyPod: Target = { type: 'selector', selector: [], text: 'all' }
        const [any] = stage.questions()
        const pods = [...stage.cache.objects.pods.all()].filter((pod) => isCounted(pod) && !isOver(pod))
        if (any === undefined || pods.length === 0) return true
        const answer = ask(stage, { ...any, target: everyPod, ...more }, analyzeCrashes)?.answer
        return answer?.verdict !== 'pass' || (more.container === null && !pods.some(isInBackOff))
      }),
      { numRuns },
    )
  },
)

function isInBackOff({ containers, initContainers }: Pod): boolean {
  return [...containers, ...initContainers].some(
    ({ state }) => state.type === 'waiting' && state.reason === 'CrashLoopBackOff',
  )
}
