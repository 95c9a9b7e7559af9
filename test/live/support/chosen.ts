import process from 'node:process'

/** Names of cases, separated by commas; of the suites that have such cases, the others leave theirs out. */
const VARIABLE = 'CLUSTER_CASES'

/** The cases that CLUSTER_CASES names; all when it is not set. */
export function chooseCases<T extends { readonly name: string }>(cases: readonly T[]): readonly T[] {
  const wanted = process.env[VARIABLE] ?? ''
  if (wanted === '') return cases
  const names = new Set(wanted.split(',').map((name) => name.trim()))
  return cases.filter(({ name }) => names.has(name))
}
