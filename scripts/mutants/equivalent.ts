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

export const EQUIVALENT: readonly Equivalent[] = [
  {
    file: 'src/rules/question.ts',
    code: 'const [first] = pods.toSorted((left, right) => (left.name < right.name ? -1 : 1))',
    change: '< -> <=',
    reason: 'two pods of a namespace never have the same name',
  },
  ...['3', '0'].map((now) => ({
    file: 'src/analyze/rollout.ts',
    code: 'const SEVERITY: Readonly<Record<Verdict, number>> = { pass: 0, pending: 1, unknown: 2, fail: 3 }',
    change: `2 -> ${now}`,
    reason: 'no workload is assessed as unknown: the whole answer is, when data are missing',
  })),
]

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
