// Mutation spot check: changes the sources in one place at a time and looks whether a test notices.
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { findStale, isEquivalent } from './equivalent.ts'
import { type Baseline, examine, runBaseline } from './examine.ts'
import { findMutants } from './find-mutants.ts'
import type { Mutant } from './mutant.ts'
import { describeChange } from './mutant.ts'
import { runPool } from './pool.ts'
import { renderExamined, renderScores } from './report.ts'
import { listSources, listTests, ROOMS, resolveRoom } from './rooms.ts'
import { ROOT } from './run-test.ts'
import { drawSample } from './sample.ts'

/** Mutants of each room: all rooms take some ten minutes on two cores. */
const DEFAULT_SAMPLE = 25

const HELP = `usage: npm run test:mutants -- [OPTION]... [ROOM|FILE]...

Changes a source file in one place (a comparison, a constant, a condition, a verdict, ...), runs the tests that execute
this place, and tells which changes no test notices. The files themselves are not changed.

  ROOM           a folder of src/; those that decide when nothing is named: ${[...ROOMS.keys()].join(', ')}
  FILE           a source file, such as src/rules/verdict.ts

  --sample N     mutants drawn from each room (${DEFAULT_SAMPLE}); 0: all of them
  --seed TEXT    decides which are drawn (1)
  --jobs N       tests that run at a time (one for each core)
  --test FILE    a test file to run besides those of the room; repeatable
  --list         print the mutants and run nothing
  --verbose      print those that were killed, too

Exits with 1 when a test fails without a mutant (it is left out then), or when a mutant of scripts/mutants/equivalent.ts no longer exists.
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string', default: String(DEFAULT_SAMPLE) },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    test: { type: 'string', multiple: true, default: [] },
    list: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) process.stdout.write(HELP)
else await main()

async function main(): Promise<void> {
  const named = positionals.length === 0 ? [...ROOMS.keys()] : positionals
  const files = named.flatMap((name) => (name.endsWith('.ts') ? [name] : listSources(ROOT, name)))
  const all = files.flatMap((file) => findMutants(file, readFileSync(join(ROOT, file), 'utf8')))
  for (const { file, code, change } of findStale(all, new Set(files))) {
    console.log(`scripts/mutants/equivalent.ts: ${file} has no ${change} in \`${code}\` any more`)
    process.exitCode = 1
  }
  const rooms = Map.groupBy(
    all.filter((mutant) => !isEquivalent(mutant)),
    ({ file }) => resolveRoom(file),
  )
  for (const [room, mutants] of rooms) rooms.set(room, draw(mutants))
  const drawn = [...rooms.values()].flat()
  if (values.list) for (const mutant of drawn) console.log(render(mutant))
  else await run(rooms, drawn)
}

function draw(mutants: Mutant[]): Mutant[] {
  const count = parseCount('sample')
  return count === 0 ? mutants : drawSample(mutants, count, values.seed)
}

async function run(rooms: ReadonlyMap<string, readonly Mutant[]>, drawn: readonly Mutant[]): Promise<void> {
  const jobs = parseCount('jobs')
  const testsOfRooms = new Map([...rooms.keys()].map((room) => [room, new Set(listTests(ROOT, room))]))
  const tests = [...new Set([...values.test, ...[...testsOfRooms.values()].flatMap((set) => [...set])])]
  console.log(`${drawn.length} mutants, ${tests.length} test files`)
  const baselines: Baseline[] = []
  for (const ran of await runPool(tests, jobs, (test) => runBaseline(ROOT, test))) {
    if (!('problem' in ran)) baselines.push(ran)
    else {
      console.log(`left out: ${ran.test} ${ran.problem}`)
      process.exitCode = 1
    }
  }
  const examined = await runPool(drawn, jobs, async (mutant) => {
    const own = testsOfRooms.get(resolveRoom(mutant.file))
    const those = baselines.filter(({ test }) => own?.has(test) || values.test.includes(test))
    const one = await examine(ROOT, mutant, those)
    if (values.verbose || one.by === null) console.log(renderExamined(one))
    return one
  })
  console.log(`\n${renderScores(examined)}`)
}

function parseCount(option: 'sample' | 'jobs'): number {
  const count = Number(values[option])
  if (!Number.isInteger(count) || count < 0)
    throw new Error(`--${option} needs a number, not ${values[option]}`)
  return count
}

function render(mutant: Mutant): string {
  return `${mutant.file}:${mutant.line}  ${describeChange(mutant)}`
}
