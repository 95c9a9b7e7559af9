// What stands beside a verdict: remedy, next command and logs, in each form.
import fc from 'fast-check'
import t from 'tap'
import type { Answer } from '../../src/analyze/answer-schema.ts'
import { githubCommands, githubSummary } from '../../src/formats/github.ts'
import { junit } from '../../src/formats/junit.ts'
import { explanation } from '../../src/formats/text.ts'
import { answer, BAD, finding, GOOD, log, NASTY } from './answers.ts'

const FAILED = { verdict: 'fail', code: 'process-crashing', reason: 'Error', message: 'Bad.' } as const

const { remedy: _, next: __, ...OLD } = finding()

const TEXTS: readonly (readonly [name: string, given: Partial<Answer>, lines: readonly string[]])[] = [
  ['a pass', { findings: [finding()] }, []],
  ['a summary', FAILED, []],
  ['an older server', { ...FAILED, findings: [OLD] }, []],
  ['no command', { ...FAILED, findings: [finding({ next: null })] }, ['  Remedy: Read it.']],
  [
    'logs',
    {
      ...FAILED,
      logs: [log(), log({ previous: false, lines: [] }), log({ lines: [], problem: 'it is late' })],
    },
    [
      '  Log of container app of pod web-1, previous run, its last lines:',
      '  | first',
      '  | last',
      '  Log of container app of pod web-1: empty.',
      '  Log of container app of pod web-1, previous run: not read, as it is late.',
    ],
  ],
]

t.test('text', async (t) => {
  for (const [name, given, lines] of TEXTS) t.strictSame(explanation(answer(given)), lines, name)
})

t.test('JUnit: the workload that decides has the logs', async (t) => {
  const workloads = [GOOD, { ...BAD, message: 'Bad.', remedy: 'Read <it>.', next: 'kubectl x' }]
  const report = junit(answer({ ...FAILED, workloads, logs: [log()] }), 1)
  t.match(report, 'Bad.\nRemedy: Read &lt;it&gt;.\nNext: kubectl x</failure>')
  t.match(
    report,
    '<system-out>Log of container app of pod web-1, previous run, its last lines:\n| first\n| last<',
  )
  t.equal(report.split('<system-out>').length, 2)
})

t.test('GitHub: a job summary', async (t) => {
  const lines = ['</pre><script>', '', '# title']
  const summary = githubSummary(answer({ ...FAILED, findings: [finding()], logs: [log({ lines })] }))
  t.match(summary, '\nRemedy: Read it.\n\nNext: kubectl logs web\\-1')
  t.match(summary, '<pre>| &lt;/pre>&lt;script>\n|\n| # title</pre>')
})

const anything = fc.oneof(
  fc.constantFrom(
    NASTY,
    '::error::x',
    '##[error]x',
    '\n::warning::y',
    '%0A::z',
    ']]>',
    '</system-out>',
    '::endgroup::',
  ),
  fc.string({ unit: 'binary' }),
)

t.test('whatever a log holds, it stays text', async (t) => {
  const given = fc.record({
    lines: fc.array(anything, { maxLength: 4 }),
    remedy: anything,
    next: anything,
    pod: anything,
    problem: fc.option(anything),
  })
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(given, ({ lines, remedy, next, pod, problem }) => {
        const failed = answer({
          ...{ ...FAILED, findings: [finding({ remedy, next })] },
          logs: [log({ pod, lines, problem })],
        })
        const commands = githubCommands(failed)
          .split(/\r?\n|\r/)
          .filter((line) => line.trim().startsWith('::'))
        const isText = explanation(failed).every((line) =>
          /^ {2}(?:Remedy: |Next: |Log of |\|)\P{Cc}*$/u.test(line),
        )
        const tags = junit(failed, 1).match(/<[^?]/g)?.length
        return (
          commands.map((line) => line.split(/[ :]+/)[1]).join() === 'error,group,endgroup' &&
          isText &&
          !/##[a-z]*\[/i.test(explanation(failed).join('\n')) &&
          tags === 10
        )
      }),
      { numRuns: 1000 },
    ),
  )
})
