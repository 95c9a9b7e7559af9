import { decidingAdvice } from '../analyze/advice.ts'
import type { Answer, AnswerLog, AnswerWorkload } from '../analyze/answer-schema.ts'
import { defuse } from '../lib/log-lines.ts'
import { paint, type Style } from '../lib/terminal.ts'

/** The style of each verdict, in every command. */
export const VERDICT_STYLES: Readonly<Record<Answer['verdict'], Style>> = {
  pass: ['green', 'bold'],
  pending: ['yellow', 'bold'],
  fail: ['red', 'bold'],
  unknown: ['magenta', 'bold'],
}

/** Renders an answer as one line without its end: time of day, verdict, target, sentence. */
export function textLine(answer: Answer, colours = false): string {
  const verdict = verdictText(answer)
  const shown = paint(colours, VERDICT_STYLES[answer.verdict], verdict)
  return `${answer.evaluatedAt.slice(11, 19)} ${shown} ${answer.target}: ${oneLine(answer.message)}`
}

/** Removes control characters, which would move the cursor of a terminal, and breaks what CI systems take for commands. */
export function oneLine(text: string): string {
  return defuse(text.replaceAll(/\p{Cc}+/gu, ' ').trim())
}

/** What to do, a line each. */
export function adviceLines({ remedy, next }: Pick<Case, 'remedy' | 'next'>): string[] {
  return [
    ...(remedy === null || remedy === undefined ? [] : [`Remedy: ${oneLine(remedy)}`]),
    ...(next === null || next === undefined ? [] : [`Next: ${oneLine(next)}`]),
  ]
}

/** The title of a log. */
export function logTitle({ pod, container, previous, lines, problem }: AnswerLog): string {
  const which = `Log of container ${container} of pod ${pod}${previous ? ', previous run' : ''}`
  if (problem !== null) return oneLine(`${which}: not read, as ${problem}.`)
  return oneLine(lines.length === 0 ? `${which}: empty.` : `${which}, its last lines:`)
}

/** The lines of a log. The mark keeps each from beginning as a command of a CI system does. */
export function logLines({ lines }: AnswerLog): string[] {
  return lines.map((line) => `| ${oneLine(line)}`.trimEnd())
}

/** What stands under the line of an answer: what to do, and the ends of logs. Nothing under a pass. */
export function explanation(answer: Answer): string[] {
  const logs = (answer.logs ?? []).flatMap((log) => [logTitle(log), ...logLines(log)])
  return [...adviceLines(decidingAdvice(answer)), ...logs].map((line) => `  ${line}`)
}

/** What a format reports one by one: a workload, or the target as a whole when no workload explains its verdict. */
export type Case = AnswerWorkload

/** The workloads of an answer (detail=full), and the target itself when all of them are better than the verdict. */
export function listCases(answer: Answer): Case[] {
  const { target, verdict, code, reason, message, workloads = [] } = answer
  const explained = workloads.some((one) => one.verdict === verdict)
  if (explained) return [...workloads]
  return [...workloads, { target, verdict, code, reason, message, ...decidingAdvice(answer) }]
}

/** `fail (process-crashing)`. */
export function verdictText({ verdict, code }: Pick<Case, 'verdict' | 'code'>): string {
  return code === null ? verdict : `${verdict} (${code})`
}
