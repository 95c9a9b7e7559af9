import t from 'tap'
import { examine, runBaseline } from '../../scripts/mutants/examine.ts'
import { findMutants } from '../../scripts/mutants/find-mutants.ts'
import { describeChange } from '../../scripts/mutants/mutant.ts'
import { listTests, ROOMS } from '../../scripts/mutants/rooms.ts'
import { ROOT } from '../../scripts/mutants/run-test.ts'
import { drawSample } from '../../scripts/mutants/sample.ts'

function changes(text: string): string[] {
  return findMutants('src/x.ts', text).map(describeChange)
}

t.test('where a source can be changed, and into what', async (t) => {
  for (const [text, expected] of [
    ['const x = a < b', ['< -> <=']],
    ['const x = a ?? 7', ['a ?? 7 -> a', '7 -> 8', '7 -> 0']],
    ['const x = a && !b', ['&& -> ||', '!b -> b']],
    ['if (isOver) stop()', ['isOver -> true', 'isOver -> false', 'stop() -> void 0']],
    ['while (more) go()', ['more -> false', 'go() -> void 0']],
    ["const verdict = 'pending'", ["'pending' -> 'pass'"]],
    ['const x = all.filter(isReady)', ['all.filter(isReady) -> all']],
    ['const x = all.some(isReady)', ['some -> every']],
    ['const x = [A, B]', ['[A, B] -> [B]', '[A, B] -> [A]']],
    ['const x = { ...rest }', ['...rest -> ...{}']],
    ['function f(): string | null { return g() }', ["g() -> ''", 'g() -> null']],
    ['const f = (): boolean => g()', ['g() -> true', 'g() -> false']],
    ["import { x } from 'pass'", []],
    ["type Verdict = 'pass' | 'fail'", []],
    ["interface Shape { readonly type: 'fail' }", []],
  ] as const)
    t.strictSame(changes(text), expected, text)
})

t.test('a sample is the same for the same seed, and hardly changes with the sources', async (t) => {
  const text = Array.from({ length: 40 }, (_, index) => `const x${index} = a < y${index}`).join('\n')
  const draw = (source: string, seed: string) =>
    drawSample(findMutants('src/x.ts', source), 10, seed).map(({ code }) => code)
  t.equal(draw(text, '1').length, 10)
  t.strictSame(draw(text, '1'), draw(text, '1'))
  t.strictSame(draw(`\n${text}`, '1'), draw(text, '1'), 'lines may move')
  t.notSame(draw(text, '1'), draw(text, '2'))
})

t.test('each room that decides has tests', async (t) => {
  for (const room of ROOMS.keys()) t.ok(listTests(ROOT, room).length > 1, room)
})

t.test('a mutant dies by the test that notices it, and the sources stay as they are', async (t) => {
  const source =
    'export const isLate = (wait: number): boolean => wait > 1\nexport const unused = () => 1 + 1\n'
  const check = [
    "import { isLate } from '../../src/room/late.ts'",
    'if (!isLate(2) || isLate(0)) process.exitCode = 1',
    '',
  ].join('\n')
  const root = t.testdir({
    src: { room: { 'late.ts': source } },
    test: { room: { 'late.test.ts': check } },
  })
  const baseline = await runBaseline(root, 'test/room/late.test.ts')
  if ('problem' in baseline) throw new Error(baseline.problem)
  const fates = new Map<string, string>()
  for (const mutant of findMutants('src/room/late.ts', source))
    fates.set(`${mutant.line}: ${describeChange(mutant)}`, (await examine(root, mutant, [baseline])).fate)
  t.strictSame(Object.fromEntries(fates), {
    '1: wait > 1 -> true': 'killed',
    '1: wait > 1 -> false': 'killed',
    '1: > -> >=': 'survived',
    '1: 1 -> 2': 'killed',
    '1: 1 -> 0': 'survived',
    '2: + -> -': 'uncovered',
    '2: 1 -> 2': 'uncovered',
    '2: 1 -> 0': 'uncovered',
  })
})
