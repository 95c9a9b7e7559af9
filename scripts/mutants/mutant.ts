/** One change of one place of a source file. */
export interface Mutant {
  /** Path below the root, with forward slashes: `src/rules/crash.ts`. */
  readonly file: string
  /** 1-based. */
  readonly line: number
  /** The line as it stands in the file, trimmed. */
  readonly code: string
  /** Where the changed text starts and ends, in UTF-16 code units. */
  readonly start: number
  readonly end: number
  readonly was: string
  readonly now: string
}

/** How much of a changed text is shown, characters: enough to recognize it on one line. */
const MAX_SHOWN = 60

/** The change on one line: `a < b` -> `a <= b`. */
export function describeChange({ was, now }: Pick<Mutant, 'was' | 'now'>): string {
  return `${shorten(was)} -> ${now === '' ? '(nothing)' : shorten(now)}`
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length <= MAX_SHOWN ? line : `${line.slice(0, MAX_SHOWN - 3)}...`
}
