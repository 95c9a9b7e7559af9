import type { Answer } from '../analyze/answer-schema.ts'
import { paint, type Style } from '../lib/terminal.ts'
import { verdictText } from './cases.ts'

/** How a verdict is painted, in every command. */
export const VERDICT_STYLES: Readonly<Record<Answer['verdict'], Style>> = {
  pass: ['green', 'bold'],
  pending: ['yellow', 'bold'],
  fail: ['red', 'bold'],
  unknown: ['magenta', 'bold'],
}

/** One answer as a line for people, without line end: time of day, verdict, target, sentence. */
export function textLine(answer: Answer, colours = false): string {
  const verdict = verdictText(answer)
  const shown = paint(colours, VERDICT_STYLES[answer.verdict], verdict)
  return `${answer.evaluatedAt.slice(11, 19)} ${shown} ${answer.target}: ${oneLine(answer.message)}`
}

/** Control characters of a message would move a terminal's cursor. */
export function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').trim()
}
