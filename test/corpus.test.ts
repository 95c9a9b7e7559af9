// Replays every recorded incident through the engine that serves, and holds the verdicts against what people judged.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { plainQuestion } from '../src/question/question.ts'
import { readRecording } from '../src/replay/recording.ts'
import { replay } from '../src/replay/replay.ts'
import { type Label, type Seen, unmet } from './corpus/label.ts'
import { FOLDER, readLabels, resolveTarget } from './corpus/stage.ts'

const labels = readLabels()

const rows: string[] = []
for (const label of labels) {
  const seen = answers(label)
  const problems = unmet(label, seen)
  rows.push(row(label, seen, problems))
  t.same(problems, [], label.scenario)
}
t.comment(`\n${rows.join('\n')}`)

function answers({ scenario, query, from, end }: Label): Seen[] {
  const recording = readRecording(readFileSync(new URL(`${scenario}.ndjson.gz`, FOLDER)))
  const question = plainQuestion(query.namespace, resolveTarget(query))
  const moments = replay({ recording, question, from, until: end })
  return [...moments].flatMap(({ t: at, answer }) => (answer === null ? [] : [{ t: at, ...answer }]))
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
