import type { Answer, AnswerWorkload } from '../analyze/answer-schema.ts'
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

/** Removes control characters, which would move the cursor of a terminal. */
export function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').trim()
}

/** What a format reports one by one: a workload, or the target as a whole when no workload explains its verdict. */
export type Case = AnswerWorkload

/** The workloads of an answer (detail=full), and the target itself when all of them are better than the verdict. */
export function listCases({ target, verdict, code, reason, message, workloads = [] }: Answer): Case[] {
  const explained = workloads.some((one) => one.verdict === verdict)
  return explained ? [...workloads] : [...workloads, { target, verdict, code, reason, message }]
}

/** `fail (process-crashing)`. */
export function verdictText({ verdict, code }: Pick<Case, 'verdict' | 'code'>): string {
  return code === null ? verdict : `${verdict} (${code})`
}
