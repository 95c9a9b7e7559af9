import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import { generatePolicyExample } from '../../scripts/generate-policy-example.ts'
import { analyzeRollout } from '../../src/analyze/rollout.ts'
import { parsePolicyText } from '../../src/config/policy-file.ts'
import { PolicyFileError } from '../../src/question/policy-file.ts'
import { allowedClasses, TUNABLE_RULES } from '../../src/question/policy-schema.ts'
import { plainQuestion } from '../../src/question/question.ts'
import { RULES, type RuleId } from '../../src/rules/index.ts'
import { LYNCEUS } from '../../src/rules/policies/lynceus.ts'
import { type Policy, type RuleWeight, resolveWeight } from '../../src/rules/policy.ts'
import { SCENARIOS, Stage } from '../corpus/stage.ts'

/** All that a policy comes to: its figures, and how it weighs each rule. */
function weighAll(policy: Policy): Record<string, RuleWeight | number> {
  const figures = Object.entries(policy).filter(([, value]) => typeof value === 'number')
  return Object.fromEntries([...figures, ...RULES.map((rule) => [rule.id, resolveWeight(rule, policy)])])
}

const USUAL = weighAll(LYNCEUS)

function usual(wanted: RuleId): RuleWeight {
  const rule = RULES.find(({ id }) => id === wanted)
  if (rule === undefined) throw new Error(`no rule ${wanted}`)
  return resolveWeight(rule, LYNCEUS)
}

t.test('docs/policy.yaml is current, has every key, and changes nothing', async (t) => {
  const example = readFileSync(new URL('../../docs/policy.yaml', import.meta.url), 'utf8')
  t.equal(example, generatePolicyExample())
  t.same(weighAll(parsePolicyText(example)), USUAL)
  for (const [name, value] of Object.entries(LYNCEUS))
    if (typeof value === 'number') t.match(example, new RegExp(`^${name}:`, 'm'))
  for (const empty of ['', '# nothing\n', '{}', 'rules: {}'])
    t.same(weighAll(parsePolicyText(empty)), USUAL, empty)
})

t.test('what a file says is laid over the policy, in YAML and in JSON', async (t) => {
  const cases: readonly (readonly [file: string, rule: RuleId, weight: RuleWeight])[] = [
    ['rules: { crash-loop: { times: 9 } }', 'crash-loop', { ...usual('crash-loop'), times: 9 }],
    ['{"rules":{"oom":{"class":"fatal"}}}', 'oom', { ...usual('oom'), class: 'fatal' }],
    [
      'rules: { deadline: { class: progressing } }',
      'deadline',
      { ...usual('deadline'), class: 'progressing' },
    ],
    ['rules: { volume: { seconds: 20 } }', 'volume', { ...usual('volume'), seconds: 20 }],
    [
      'rules: { unschedulable: { seconds: 900 } }',
      'unschedulable',
      { ...usual('unschedulable'), seconds: 900, patientSeconds: 900 },
    ],
  ]
  for (const [file, rule, weight] of cases) {
    t.same(weighAll(parsePolicyText(file)), { ...USUAL, [rule]: weight }, file)
  }
  t.match(parsePolicyText('settleSeconds: 30\ntoleratedShare: 0.5'), {
    settleSeconds: 30,
    toleratedShare: 0.5,
  })
})

t.test('a bad file is refused with the path and what was expected', async (t) => {
  const cases: readonly (readonly [file: string, message: RegExp])[] = [
    ['rules: { crash-lop: { times: 3 } }', /rules.crash-lop is not known; did you mean crash-loop\?/],
    ['rules: { crash-loop: { tims: 3 } }', /rules.crash-loop.tims is not known; did you mean times\?/],
    [
      'rules: { crash-loop: { seconds: 3 } }',
      /rules.crash-loop.seconds is not known; known are class, times/,
    ],
    ['setleSeconds: 30', /setleSeconds is not known; did you mean settleSeconds\?/],
    ['rules: { crash-loop: { times: 0 } }', /rules.crash-loop.times must be >= 1, not 0/],
    ['rules: { crash-loop: { times: "3" } }', /rules.crash-loop.times must be integer, not "3"/],
    ['rules: { crash-loop: 3 }', /rules.crash-loop must be object, not 3/],
    [
      'rules: { oom: { class: warning } }',
      /rules.oom.class must be one of fatal, threshold, progressing, not "warning"/,
    ],
    ['rules: { job-failed: { class: threshold } }', /must be one of fatal, progressing, not "threshold"/],
    ['rules: { incomplete: { class: fatal } }', /rules.incomplete cannot be changed/],
    [
      'rules: { oom: { class: fatal, times: 3 } }',
      /rules.oom has class fatal, to which thresholds mean nothing/,
    ],
    ['rules: { volume: { patientSeconds: 10 } }', /rules.volume.patientSeconds is less than seconds/],
    ['settleSeconds: 0', /settleSeconds must be >= 10, not 0/],
    ['settleFactor: 0.5', /settleFactor must be >= 1/],
    ['toleratedShare: 1', /toleratedShare must be <= 0.9/],
    ['toleratedShare: .inf', /toleratedShare must be/],
    ['name: mine', /name is not known/],
    ['- 1', /the file must be object/],
    ['rules: [', /neither YAML nor JSON/],
    ['settleSeconds: 0\nsettleFactor: 0', /settleSeconds.*; settleFactor/],
  ]
  for (const [file, message] of cases)
    t.throws(() => parsePolicyText(file), { name: PolicyFileError.name, message }, file)
  const many = JSON.stringify(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`x${i}`, 1])))
  t.throws(() => parsePolicyText(many), { message: /^x0 is not known.{1,2000}$/ }, 'the first few of many')
})

/** Whatever may be said of rules, but for those whose threshold is what a proof or a warning rests on. */
const anyRules = fc.record(
  Object.fromEntries(
    TUNABLE_RULES.filter(({ id }) => id !== 'crash-loop' && id !== 'evicted').map((rule) => {
      const { times, seconds } = rule
      const thresholds = {
        ...(times === undefined ? {} : { times: fc.integer({ min: 1, max: 1000 }) }),
        ...(seconds === undefined ? {} : { seconds: fc.integer({ min: 1, max: 3600 }) }),
      }
      const others = allowedClasses(rule).filter((one) => one !== 'threshold')
      return [rule.id, fc.oneof(fc.record(thresholds), fc.record({ class: fc.constantFrom(...others) }))]
    }),
  ),
  { requiredKeys: [] },
)

t.test(
  'no rules of a file make a pass of what is none, or an answer of data that are out of sight',
  async (t) => {
    const stages = SCENARIOS.flatMap((scenario) => [0.3, 0.6, 1].map((share) => new Stage(scenario, share)))
    const verdicts = new Set<string>()
    fc.assert(
      fc.property(fc.constantFrom(...stages), anyRules, (stage, rules) => {
        const policy = parsePolicyText(JSON.stringify({ rules }))
        for (const question of stage.questions()) {
          const asked = { ...question, onStale: 'unknown' } as const
          const usual = analyzeRollout(stage.cache, asked, stage.now, 30).answer.verdict
          const { verdict } = analyzeRollout(stage.cache, asked, stage.now, 30, policy).answer
          verdicts.add(`${usual} ${verdict}`)
          if (verdict === 'pass' && usual !== 'pass') throw new Error(`${usual} became ${verdict}`)
          if (usual === 'unknown' && verdict !== 'unknown') throw new Error(`${usual} became ${verdict}`)
        }
      }),
      { numRuns: 300 },
    )
    t.ok(verdicts.has('pass pass') && verdicts.has('fail pending'), [...verdicts].join(', '))
  },
)

t.test('data that are out of sight stay so under any policy', async (t) => {
  const stage = new Stage('crash-at-once', 1)
  const [question = plainQuestion('', { type: 'hash', hash: '', owner: null })] = stage.questions()
  stage.cache.setWatchState('pods', '', { type: 'broken', since: stage.now - 60 })
  const policy = parsePolicyText('rules: { crash-loop: { times: 1000 }, deadline: { class: progressing } }')
  const asked = { ...question, onStale: 'unknown' } as const
  t.match(analyzeRollout(stage.cache, asked, stage.now, 30, policy).answer, { verdict: 'unknown' })
})
