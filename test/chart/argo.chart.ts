// The analysis templates in the hands of Argo Rollouts' own code: validated, and judging answers.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { Type } from '@fastify/type-provider-typebox'
import t from 'tap'
import { Value } from 'typebox/value'
import { parse } from 'yaml'
import { listed, render } from './support/helm.ts'
import { programPath } from './support/programs.ts'

const gateFile = new URL('../../charts/lynceus/analysis/gate.yaml', import.meta.url)

const Judgements = Type.Array(
  Type.Object({
    name: Type.String(),
    error: Type.String(),
    counts: Type.Array(Type.Integer()),
    phases: Type.Array(Type.String()),
  }),
)
type Judgement = Type.Static<typeof Judgements>[number]

function judge(templates: readonly unknown[], results: readonly unknown[]): readonly Judgement[] {
  const input = JSON.stringify({ templates, results })
  const { status, stdout, stderr } = spawnSync(programPath('argo-judge'), { input, encoding: 'utf8' })
  if (status !== 0) throw new Error(`judge: ${stderr}`)
  return Value.Parse(Judgements, JSON.parse(stdout))
}

/** Answers of Lynceus, and others that a proxy between could give. */
const RESULTS = [
  { verdict: 'pass' },
  { verdict: 'pending' },
  { verdict: 'fail' },
  { verdict: 'unknown' },
  { verdict: null },
  { verdict: 'PASS' },
  {},
]

/** The phases of those, by whether `pending` is good enough. */
const WATCHING = [
  'Successful',
  'Successful',
  'Failed',
  'Inconclusive',
  'Inconclusive',
  'Inconclusive',
  'Inconclusive',
]
const DECIDING = WATCHING.with(1, 'Inconclusive')

/** Counts: 0 runs until the rollout ends, which only a background analysis may. */
const EXPECTED: Readonly<Record<string, { readonly counts: number[]; readonly phases: string[] }>> = {
  'lynceus-compare': { counts: [0], phases: WATCHING },
  'lynceus-crashcheck': { counts: [12], phases: WATCHING },
  'lynceus-gate': { counts: [60], phases: DECIDING },
  'lynceus-prepromotion': { counts: [60], phases: DECIDING },
  'lynceus-tripwire': { counts: [0], phases: WATCHING },
}

t.test('argo accepts what the chart renders, and judges as meant', async (t) => {
  const templates = (await render('defaults')).filter(({ kind }) => kind === 'ClusterAnalysisTemplate')
  t.same(
    listed(templates).map((label) => label.replace('ClusterAnalysisTemplate/', '')),
    Object.keys(EXPECTED),
    'all are looked at',
  )
  for (const { name, ...judgement } of judge(templates, RESULTS))
    t.same(judgement, { error: '', ...EXPECTED[name] }, name)
})

t.test('argo refuses what is wrong', async (t) => {
  const gate = readFileSync(gateFile, 'utf8')
  const spoilt = (from: string | RegExp, to: string): unknown => parse(gate.replace(from, to))
  const [count, argument, field] = judge(
    [
      spoilt('count: 60', 'count: 10'),
      spoilt('args.namespace', 'args.nowhere'),
      spoilt('interval:', 'interva:'),
    ],
    [],
  )
  t.match(count?.error, /count must be >= inconclusiveLimit/)
  t.match(argument?.error, /failed to resolve/)
  t.match(field?.error, /unknown field "interva"/)
})
