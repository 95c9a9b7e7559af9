// An answer that is kept until something changes that its evaluation read is always the answer of a new evaluation.
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import type { TimedAnswer } from '../../src/analyze/answer.ts'
import { analyzeCrashes } from '../../src/analyze/crashes.ts'
import { analyzeOverall } from '../../src/analyze/overall.ts'
import { analyzeRollout } from '../../src/analyze/rollout.ts'
import { ClusterCache } from '../../src/cache/cluster-cache.ts'
import { selectorKeys } from '../../src/model/dependencies.ts'
import { NotFoundError } from '../../src/question/not-found-error.ts'
import { parseSelector } from '../../src/question/parse-selector.ts'
import { plainQuestion, type Question, type Target } from '../../src/question/question.ts'
import { TrackedView } from '../../src/wait/tracked-view.ts'
import { SCENARIOS, Stage } from '../corpus/stage.ts'

const ANALYSES = { analyzeOverall, analyzeCrashes, analyzeRollout }
const STALE_AFTER = 30
const MAX_QUESTIONS = 30
const numRuns = Number(process.env.LYNCEUS_LAW_RUNS ?? 100)

/** An answer that is kept, and whether something changed since that it depends on. */
interface Kept {
  readonly question: Question
  readonly analysis: keyof typeof ANALYSES
  readonly text: string
  readonly until: number
  readonly stop: () => void
  isOutdated: boolean
}

/** Answers by what does not change with the moment of the answer. */
function answer(evaluate: () => TimedAnswer): { readonly text: string; readonly recheckAt: number | null } {
  try {
    const { answer: found, recheckAt, unknown } = evaluate()
    return { text: JSON.stringify([{ ...found, evaluatedAt: '' }, recheckAt, unknown]), recheckAt }
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error
    return { text: error.message, recheckAt: null }
  }
}

function keep(stage: Stage, view: TrackedView, question: Question, analysis: Kept['analysis']): Kept {
  const analyze = ANALYSES[analysis]
  const { value, dependencies } = view.track(() =>
    answer(() => analyze(view, question, stage.now, STALE_AFTER)),
  )
  const kept: Kept = {
    question,
    analysis,
    text: value.text,
    until: value.recheckAt ?? Number.POSITIVE_INFINITY,
    stop: stage.cache.onChange(dependencies, () => {
      kept.isOutdated = true
    }),
    isOutdated: false,
  }
  return kept
}

/** Questions of every form about what exists now, and about something that does not. */
function listQuestions(stage: Stage): Question[] {
  const pods = [...stage.cache.objects.pods.all()]
  const labels = pods.flatMap(({ labels: own }) => Object.entries(own))
  const [known] = stage.questions()
  const namespace = known?.namespace ?? pods[0]?.namespace ?? ''
  const selectors = [
    ...labels.map(([key, value]) => `${key}=${value}`),
    ...labels.map(([key, value]) => `${key} notin (${value})`),
    ...labels.map(([key]) => key),
    '!no-such-label',
  ]
  const hashes = labels.filter(([key]) => key.endsWith('-hash')).map(([, hash]) => hash)
  const targets: Target[] = [
    { type: 'object', kind: 'deployment', name: 'no-such-name' },
    ...[...new Set(selectors)].map(
      (text) => ({ type: 'selector', selector: parseSelector(text), text }) as const,
    ),
    ...[...new Set(hashes)].map((hash) => ({ type: 'hash', hash, owner: null }) as const),
  ]
  const all = [...stage.questions(), ...targets.map((target) => plainQuestion(namespace, target))]
  return all.slice(0, MAX_QUESTIONS).map((question) => ({ ...question, detail: 'full' }))
}

t.test(
  'a kept answer is the answer of a new evaluation, over histories, forms of questions and time',
  async () => {
    const scenario = fc.constantFrom(...SCENARIOS)
    const begin = fc.double({ min: 0.05, max: 0.9, noNaN: true })
    const analyses = fc.constantFrom('analyzeOverall', 'analyzeCrashes', 'analyzeRollout')
    const turns = fc.array(fc.nat(50), { maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(
        scenario,
        begin,
        analyses,
        fc.nat(50),
        turns,
        async (name, share, analysis, crashAt, turnAt) => {
          const stage = new Stage(name, share)
          const view = new TrackedView(stage.cache)
          let kept = listQuestions(stage).map((question) => keep(stage, view, question, analysis))
          for (let step = 0; stage.next(); step += 1) {
            if (step === crashAt) stage.crash(step)
            if (turnAt.includes(step)) stage.turnNode(step)
            await Promise.resolve()
            kept = kept.map((one) => {
              const isDue = stage.now >= one.until
              if (!one.isOutdated && !isDue) {
                const analyze = ANALYSES[one.analysis]
                const anew = answer(() => analyze(stage.cache, one.question, stage.now, STALE_AFTER))
                if (!isDeepStrictEqual(anew.text, one.text))
                  throw new Error(`${JSON.stringify(one.question)}\nkept ${one.text}\nanew ${anew.text}`)
                return one
              }
              one.stop()
              return keep(stage, view, one.question, one.analysis)
            })
          }
          for (const { stop } of kept) stop()
        },
      ),
      { numRuns },
    )
  },
)

t.test('what is read within an evaluation within another belongs to both', async (t) => {
  const view = new TrackedView(new ClusterCache())
  const { value: inner, dependencies: outer } = view.track(() => {
    view.objects.pods.byUid('a')
    return view.track(() => view.objects.pods.byUid('b')).dependencies
  })
  t.same([...inner], ['ub'])
  t.same([...outer], ['ua', 'ub'])
  view.objects.pods.byUid('c')
  t.equal(outer.size, 2, 'nothing is recorded outside of an evaluation')
})

t.test(
  'a selector depends on one requirement that must hold, or on all objects of the namespace',
  async (t) => {
    const cases: readonly (readonly [string, readonly string[]])[] = [
      ['app=web', ['lpods/shop/app=web']],
      ['!old,app in (a,b)', ['lpods/shop/app=a', 'lpods/shop/app=b']],
      ['app', ['rpods/shop']],
      ['app!=web', ['rpods/shop']],
    ]
    for (const [text, keys] of cases) t.same(selectorKeys('pods', 'shop', parseSelector(text)), keys, text)
  },
)
