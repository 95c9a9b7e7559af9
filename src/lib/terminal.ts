import { styleText } from 'node:util'

/** A stream as far as it matters whether a person looks at it. */
export interface TerminalStream {
  readonly isTTY?: boolean
}

type Environment = Readonly<Record<string, string | undefined>>

/** How a text is painted, e.g. `['green', 'bold']`. */
export type Style = Parameters<typeof styleText>[0]

/** To the line's start, and clear what was there. */
export const CLEAR_LINE = '\r\u001b[K'

/**
 * Whether to colour what is written to a stream: FORCE_COLOR decides where it is set, as in Node itself; else it must be a
 * terminal that can, and NO_COLOR must not be set (https://no-color.org).
 */
export function wantsColours(stream: TerminalStream, env: Environment): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: unwanted = '' } = env
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  return unwanted === '' && rewritesLines(stream, env)
}

/** Whether a line that was written can be written again. */
export function rewritesLines({ isTTY = false }: TerminalStream, { TERM }: Environment): boolean {
  return isTTY && TERM !== 'dumb'
}

/** The text in a style where colours are wanted. */
export function paint(colours: boolean, style: Style, text: string): string {
  return colours ? styleText(style, text, { validateStream: false }) : text
}

/** Columns of the classic terminal: fits on any screen, and is what programs take where none are reported. */
const USUAL_COLUMNS = 80

/**
 * How wide text may be on an output. A pty without a size reports 0 columns (as in some CI runners and
 * containers), a file or a pipe none: both are taken as 80.
 */
export function resolveColumns({ columns }: { readonly columns?: number }): number {
  return columns === undefined || columns <= 0 ? USUAL_COLUMNS : columns
}
