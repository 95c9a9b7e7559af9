import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Patch } from './hook.ts'
import type { Mutant } from './mutant.ts'

const HOOK = new URL('hook.ts', import.meta.url).href

/** Runs of each law (fast-check): few, as every mutant repeats them. */
const LAW_RUNS = 25

export interface TestRun {
  readonly outcome: 'passed' | 'failed' | 'timeout'
  readonly seconds: number
  /** Of both streams; kept for the report of a test that fails without a mutant. */
  readonly output: string
}

export interface TestOptions {
  readonly root: string
  /** Below the root. */
  readonly test: string
  readonly limitSeconds: number
  /** Without one, the sources are as they are. */
  readonly mutant?: Mutant
  /** Where V8 writes what was executed. */
  readonly coverageFolder?: string
}

/** Runs a test file in a process of its own, with a mutant if there is one; its children get the mutant, too. */
export function runTest({ root, test, limitSeconds, mutant, coverageFolder }: TestOptions): Promise<TestRun> {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    TAP_BAIL: '1',
    // tap's own limit must not come before the one given here.
    TAP_TIMEOUT: String(Math.ceil(2 * limitSeconds)),
    LYNCEUS_LAW_RUNS: String(LAW_RUNS),
    ...(coverageFolder === undefined ? {} : { NODE_V8_COVERAGE: coverageFolder }),
    ...(mutant === undefined
      ? {}
      : { NODE_OPTIONS: `--import=${HOOK}`, LYNCEUS_MUTANT: JSON.stringify(buildPatch(root, mutant)) }),
  }
  const startedAt = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, test)], { cwd: root, env, detached: true })
    let output = ''
    let late = false
    const timer = setTimeout(() => {
      late = true
      killGroup(child.pid)
    }, limitSeconds * 1000)
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.on('error', reject)
    child.on('close', (code) => {
      clearTimeout(timer)
      const outcome = late ? 'timeout' : code === 0 ? 'passed' : 'failed'
      resolve({ outcome, seconds: (performance.now() - startedAt) / 1000, output })
    })
  })
}

function buildPatch(root: string, { file, start, end, now }: Mutant): Patch {
  return { url: pathToFileURL(join(root, file)).href, start, end, now }
}

/** The process and what it spawned: `detached` made it the leader of a group of its own. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    // It may have ended in this very moment.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** The root of the repository that this script belongs to. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url))
