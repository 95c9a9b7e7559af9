// Every verdict but a pass is explained: the first finding of detail=full is the one that decides, and its sentence is in
// the message.
import fc from 'fast-check'
import t from 'tap'
import type { TimedAnswer } from '../../src/analyze/answer.ts'
import type { Answer } from '../../src/analyze/answer-schema.ts'
import { analyzeCrashes } from '../../src/analyze/crashes.ts'
import { analyzeOverall } from '../../src/analyze/overall.ts'
import { analyzeRollout } from '../../src/analyze/rollout.ts'
import { BUILT_IN_RESOURCES } from '../../src/model/records.ts'
import { ALL_NAMESPACES } from '../../src/model/watch-state.ts'
import { NotFoundError } from '../../src/question/not-found-error.ts'
import type { Question } from '../../src/question/question.ts'
import { RULE_IDS } from '../../src/rules/index.ts'
import { SCENARIOS, Stage } from '../corpus/stage.ts'
import { compared, crashed } from './compare/world.ts'

const STALE_AFTER = 30
const numRuns = Number(process.env.LYNCEUS_LAW_RUNS ?? 150)
const FULL = { detail: 'full', onStale: 'unknown' } as const

const moment = fc.tuple(fc.constantFrom(...SCENARIOS), fc.double({ min: 0.05, max: 1, noNaN: true }))
const analysis = fc.constantFrom(analyzeOverall, analyzeCrashes, analyzeRollout)
const narrowed: fc.Arbitrary<Partial<Question>> = fc.record(
  {
    limit: fc.constantFrom(1, 3, 100),
    minPods: fc.constantFrom(0, 3, 50),
    windowSeconds: fc.constantFrom(1, 30),
    container: fc.constantFrom('app', 'nobody'),
    quorum: fc.constantFrom({ pods: 2 }, { share: 1 }),
    policy: fc.constantFrom('lynceus', 'rollout-status'),
    progressDeadline: fc.constantFrom(1, 1000),
  },
  { requiredKeys: [] },
)

/** What is wrong with an answer; null: nothing. */
function unexplained({ verdict, message, findings = [] }: Answer): string | null {
  const unknown = findings.find(({ rule }) => !RULE_IDS.some((id) => id === rule))
  if (unknown !== undefined) return `no rule ${unknown.rule}`
  if (verdict === 'pass') return null
  const [first] = findings
  if (first === undefined) return `${verdict} without a finding: ${message}`
  if (isSaid(first.message, message)) return null
  const isCut = message.endsWith('…') && findings.some((one) => isSaid(one.message.slice(0, 40), message))
  return isCut ? null : `"${first.message}" is not in "${message}"`
}

/** A message adds to the sentence of a finding how many pods have it. */
function isSaid(sentence: string, message: string): boolean {
  const withoutShare = (text: string) => text.replaceAll(/ \(\d+ of \d+ pods?\)/g, '').replace(/[.…]$/, '')
  return withoutShare(message).includes(withoutShare(sentence))
}

function orNothing(ask: () => TimedAnswer): Answer | null {
  try {
    return ask().answer
  } catch (error) {
    if (error instanceof NotFoundError) return null
    throw error
  }
}

t.test('of recorded workloads', async (t) => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(moment, analysis, narrowed, ([scenario, share], analyze, more) => {
      const stage = new Stage(scenario, share)
      for (const question of stage.questions()) {
        const asked = { ...question, ...more, ...FULL }
        const answer = orNothing(() => analyze(stage.cache, asked, stage.now, STALE_AFTER))
        if (answer === null) continue
        const problem = unexplained(answer)
        if (problem !== null) throw new Error(problem)
        seen.add(answer.verdict === 'pass' ? 'pass' : (answer.findings?.[0]?.rule ?? ''))
      }
    }),
    {
      numRuns: 3 * numRuns,
      // One of each rule below, whatever else is drawn.
      examples: [
        [['crash-at-once', 1], analyzeCrashes, { limit: 1 }],
        [['crash-at-once', 1], analyzeCrashes, { limit: 100, container: 'nobody' }],
        [['canary-promotes', 1], analyzeRollout, { minPods: 50 }],
        [['canary-promotes', 1], analyzeRollout, {}],
        [['slow-start', 0.5], analyzeOverall, {}],
        [['slow-start', 0.2], analyzeOverall, {}],
      ],
    },
  )
  for (const rule of ['pass', 'too-few-pods', 'unknown-container', 'crash-limit', 'incomplete'])
    t.ok(seen.has(rule), rule)
})

t.test('when data are missing', async (t) => {
  const states = [{ type: 'unsynced' }, { type: 'forbidden' }, { type: 'broken', since: 0 }] as const
  for (const state of states) {
    const stage = new Stage('crash-at-once', 1)
    for (const resource of BUILT_IN_RESOURCES) stage.cache.setWatchState(resource, ALL_NAMESPACES, state)
    for (const question of stage.questions())
      for (const analyze of [analyzeOverall, analyzeCrashes, analyzeRollout]) {
        const { answer } = analyze(stage.cache, { ...question, ...FULL }, stage.now, STALE_AFTER)
        t.match(answer, { verdict: 'unknown', findings: [{ rule: 'data-unavailable', class: 'unknown' }] })
        t.equal(unexplained(answer), null)
      }
  }
})

const pods = fc.array(
  fc.record(
    {
      node: fc.constantFrom('node-1', 'node-2'),
      minutes: fc.constantFrom(1, 10, 600),
      app: fc.constantFrom(0, 1, 4, 30),
      side: fc.constantFrom(0, 5),
      appWaits: fc.constantFrom('CrashLoopBackOff', 'ImagePullBackOff', 'ContainerCreating'),
      crashedMinutes: fc.constantFrom(0.2, 5, 30),
      evictedMinutes: fc.constantFrom(1, 5),
      gone: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
  { maxLength: 5 },
)

t.test('of comparisons and counts of crashes, over generated pods', async () => {
  const asked = fc.record(
    {
      minPods: fc.constantFrom(0, 2, 9),
      container: fc.constantFrom('app', 'side', 'nobody'),
      windowSeconds: fc.constantFrom(60, 3600),
      limit: fc.constantFrom(1, 50),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(pods, pods, pods, asked, (canary, stable, others, more) => {
      for (const answer of [
        compared({ canary, stable, others }, { ...more, detail: 'full' }),
        crashed(canary, { ...more, detail: 'full' }),
      ]) {
        const problem = unexplained(answer)
        if (problem !== null) throw new Error(problem)
      }
    }),
    { numRuns: 4 * numRuns },
  )
})

const DAY = [{ minutes: 1440 }]
const BESIDE = [{ node: 'node-2' }, { node: 'node-2' }]

t.test('each outcome of a comparison has its rule', async (t) => {
  const outcomes = {
    'crashes-more-than-stable': compared({ canary: [{ app: 2 }], stable: DAY }, FULL),
    'stable-crashes-too': compared({ canary: [{ app: 8 }], stable: [{ minutes: 1440, app: 8 }] }, FULL),
    'single-node': compared({ canary: [{ app: 8 }, ...BESIDE], stable: DAY }, FULL),
    'crash-rate-undecided': compared({ canary: [{ app: 2 }], stable: [{}] }, FULL),
    'no-stable-pods': compared({ canary: [{}], stable: [] }, FULL),
    'in-back-off': compared({ canary: [{ app: 1, appWaits: 'CrashLoopBackOff' }], stable: DAY }, FULL),
    'not-started': compared({ canary: [], stable: DAY }, FULL),
    'too-few-pods': compared({ canary: [{}], stable: DAY }, { ...FULL, minPods: 2 }),
    'unknown-container': compared({ canary: [{}], stable: DAY }, { ...FULL, container: 'nobody' }),
  }
  for (const [rule, answer] of Object.entries(outcomes)) {
    t.equal(answer.findings?.[0]?.rule, rule, answer.message)
    t.equal(unexplained(answer), null)
  }
  t.same(compared({ canary: [{}], stable: DAY }, FULL).findings, [])
})
