import { describeChange, type Mutant } from './mutant.ts'

/** A mutant that no test can kill, because the program does the same with it. */
export interface Equivalent {
  readonly file: string
  /** The line of the source, trimmed. */
  readonly code: string
  /** As the report shows it. */
  readonly change: string
  readonly reason: string
}

export const EQUIVALENT: readonly Equivalent[] = []

export function isEquivalent(mutant: Mutant): boolean {
  return EQUIVALENT.some((known) => matches(known, mutant))
}

/** Those of the list that no mutant of the given files is any more. */
export function findStale(mutants: readonly Mutant[], files: ReadonlySet<string>): Equivalent[] {
  return EQUIVALENT.filter(
    (known) => files.has(known.file) && !mutants.some((mutant) => matches(known, mutant)),
  )
}

function matches({ file, code, change }: Equivalent, mutant: Mutant): boolean {
  return mutant.file === file && mutant.code === code && describeChange(mutant) === change
}
