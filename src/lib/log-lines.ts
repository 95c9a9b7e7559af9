import { stripVTControlCharacters } from 'node:util'
import { truncateBytes } from './text.ts'

/** Longest line, bytes of UTF-8: enough for a message with its time and level; of stack traces in JSON, the beginning. */
export const MAX_LINE_BYTES = 500

/**
 * The lines of a log, fit to be shown anywhere: without escapes and other characters that move a cursor or reorder text,
 * and without what CI systems take for commands wherever in a line it stands. Long lines are cut.
 */
export function splitLog(text: string): string[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines.map(cleanLine)
}

function cleanLine(line: string): string {
  return truncateBytes(defuse(withoutControls(line.toWellFormed())).trimEnd(), MAX_LINE_BYTES)
}

/** Controls (ESC among them), line ends of Unicode, and marks that reorder what is read (https://trojansource.codes). */
const CONTROLS = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+/gu

function withoutControls(line: string): string {
  return stripVTControlCharacters(line).replaceAll(CONTROLS, ' ')
}

/**
 * Breaks the commands that may stand anywhere in a line: `##[...]` of GitHub's runner, `##vso[...]` of Azure Pipelines,
 * `##teamcity[...]`. Those of GitHub that begin with `::` only count at the start of a line, and a form that prints lines
 * must begin them otherwise.
 */
export function defuse(line: string): string {
  return line.replaceAll(/##(?=[a-z]*\[)/gi, '# #')
}
