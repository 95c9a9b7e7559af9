import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Coverage } from './coverage.ts'
import type { Mutant } from './mutant.ts'
import { runTest } from './run-test.ts'

/** Of a test without a mutant: it may be the first on a cold machine. */
const BASELINE_LIMIT_SECONDS = 240
/** A test with a mutant may take this many times as long as without, and some seconds: other processes slow it down. */
const SLOWNESS = 4
const SLACK_SECONDS = 10
/** Of the output of a failed test, characters: its end names the failure. */
const MAX_QUOTED = 2000

/** A test file that passes without a mutant, and what it executes. */
export interface Baseline {
  readonly test: string
  readonly seconds: number
  readonly coverage: Coverage
}

/** A test file that does not pass without a mutant. */
export interface RedTest {
  readonly test: string
  readonly problem: string
}

/** Runs a test as it is. When it fails, its output comes back: nothing can be concluded from it about mutants. */
export async function runBaseline(root: string, test: string): Promise<Baseline | RedTest> {
  const coverageFolder = mkdtempSync(join(tmpdir(), 'lynceus-mutants-'))
  try {
    const { outcome, seconds, output } = await runTest({
      root,
      test,
      limitSeconds: BASELINE_LIMIT_SECONDS,
      coverageFolder,
    })
    if (outcome !== 'passed')
      return { test, problem: `${outcome} without a mutant: ${output.slice(-MAX_QUOTED)}` }
    return { test, seconds, coverage: Coverage.read(coverageFolder) }
  } finally {
    rmSync(coverageFolder, { recursive: true })
  }
}

export type Fate = 'killed' | 'timeout' | 'survived' | 'uncovered'

export interface Examined {
  readonly mutant: Mutant
  readonly fate: Fate
  /** The test that failed or did not end; null for a survivor. */
  readonly by: string | null
}

/** Runs the tests that execute the mutant's place, the likeliest first, until one fails. */
export async function examine(
  root: string,
  mutant: Mutant,
  baselines: readonly Baseline[],
): Promise<Examined> {
  const covering = orderTests(
    mutant,
    baselines.filter(({ coverage }) => coverage.covers(join(root, mutant.file), mutant.start)),
  )
  for (const { test, seconds } of covering) {
    const limitSeconds = SLACK_SECONDS + SLOWNESS * seconds
    const { outcome } = await runTest({ root, test, limitSeconds, mutant })
    if (outcome !== 'passed') return { mutant, fate: outcome === 'failed' ? 'killed' : 'timeout', by: test }
  }
  return { mutant, fate: covering.length === 0 ? 'uncovered' : 'survived', by: null }
}

/** The file's own test first, then the quick ones. */
function orderTests({ file }: Mutant, baselines: readonly Baseline[]): readonly Baseline[] {
  const name = basename(file, '.ts')
  const rank = ({ test }: Baseline) => (basename(test).startsWith(`${name}.`) ? 0 : 1)
  return [...baselines].sort((a, b) => rank(a) - rank(b) || a.seconds - b.seconds)
}
