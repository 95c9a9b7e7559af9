// Replays every recorded incident through the engine that serves, and holds the verdicts against what people judged.
import t from 'tap'
import { plainQuestion } from '../src/question/question.ts'
import { replay } from '../src/replay/replay.ts'
import { type Label, type Seen, unmet } from './corpus/label.ts'
import { CORPORA, readLabels, readScenario, resolveTarget } from './corpus/stage.ts'

const rows: string[] = []
for (const corpus of CORPORA) {
  const labels = readLabels([corpus])
  let met = 0
  for (const label of labels) {
    const seen = answers(label)
    const problems = unmet(label, seen)
    if (problems.length === 0) met += 1
    rows.push(row(label, seen, problems))
    t.same(problems, [], label.scenario)
  }
  rows.push(`${corpus}: ${met} of ${labels.length} as labelled`)
}
t.comment(`\n${rows.join('\n')}`)

function answers({ scenario, query, from, end, flags = [] }: Label): Seen[] {
  const question = { ...plainQuestion(query.namespace, resolveTarget(query)), ...parseFlags(flags) }
  const moments = replay({ recording: readScenario(scenario), question, from, until: end })
  return [...moments].flatMap(({ t: at, answer }) => (answer === null ? [] : [{ t: at, ...answer }]))
}

function parseFlags([flag, value]: readonly string[]) {
  if (flag === undefined) return {}
  if (flag !== '--limit') throw new Error(`a label has the unknown flag ${flag}`)
  return { limit: Number(value) }
}

function row(label: Label, seen: readonly Seen[], problems: readonly string[]): string {
  const last = seen.at(-1)
  const at = seen.find(({ verdict }) => verdict === label.final)?.t.toFixed(1) ?? '-'
  const window =
    label.final === 'fail' ? `${label.earliestFail}..${label.latestFail}` : `${label.passAt ?? ''}..`
  const columns = [label.scenario.padEnd(28), label.final.padEnd(8), (last?.verdict ?? '-').padEnd(8)]
  const code = `${last?.code ?? ''} ${last?.reason ?? ''}`.padEnd(46)
  return [
    ...columns,
    code,
    at.padStart(6),
    window.padStart(13),
    problems.length === 0 ? 'ok' : `NOT OK: ${problems.join('; ')}`,
  ].join(' ')
}
