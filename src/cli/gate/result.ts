import { appendFileSync } from 'node:fs'
import type { Answer } from '../../analyze/answer-schema.ts'
import type { GateFormat } from '../../formats/gate-format.ts'
import { githubCommands, githubSummary } from '../../formats/github.ts'
import { junit, junitError } from '../../formats/junit.ts'
import { explanation, oneLine, textLine } from '../../formats/text.ts'
import { wantsColours } from '../../lib/terminal.ts'
import { EXIT, type ProcessContext } from '../command.ts'
import type { GateEnd } from './gate-source.ts'

/** How to print a result. */
export interface ResultStyle {
  readonly format: GateFormat
  /** The manifest at which GitHub shows annotations. */
  readonly file: string | null
  /** How long the wait took. */
  readonly seconds: number
}

const EXIT_BY_VERDICT: Readonly<Record<Answer['verdict'], number>> = {
  pass: EXIT.pass,
  fail: EXIT.fail,
  pending: EXIT.timeout,
  unknown: EXIT.inconclusive,
}
const EXIT_BY_END = {
  'not-found': EXIT.inconclusive,
  inconclusive: EXIT.inconclusive,
  refused: EXIT.usage,
  unreachable: EXIT.unreachable,
} as const

/** Prints the end of the wait; returns the exit code. */
export function printResult(end: GateEnd, style: ResultStyle, context: ProcessContext): number {
  if ('message' in end) {
    context.stderr.write(`lynceus gate: ${oneLine(end.message)}\n`)
    if (style.format === 'junit') context.stdout.write(junitError(end.message, end.type, style.seconds))
    return EXIT_BY_END[end.type]
  }
  const { answer } = end
  context.stdout.write(render(answer, style, context))
  const summary = context.env.GITHUB_STEP_SUMMARY ?? ''
  if (style.format === 'github' && summary !== '') appendFileSync(summary, githubSummary(answer))
  if (end.type === 'timeout')
    context.stderr.write(`lynceus gate: no final verdict within ${Math.round(style.seconds)} s\n`)
  return EXIT_BY_VERDICT[answer.verdict]
}

function render(answer: Answer, style: ResultStyle, { stdout, env }: ProcessContext): string {
  switch (style.format) {
    case 'json':
      return `${JSON.stringify(answer)}\n`
    case 'text':
      return [textLine(answer, wantsColours(stdout, env)), ...explanation(answer)]
        .map((line) => `${line}\n`)
        .join('')
    case 'junit':
      return junit(answer, style.seconds)
    case 'github':
      return githubCommands(answer, style.file)
  }
}
