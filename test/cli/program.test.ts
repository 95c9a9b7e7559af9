import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { stripVTControlCharacters } from 'node:util'
import t from 'tap'
import { runProgram } from '../../src/cli/program.ts'
import { resolveColumns } from '../../src/lib/terminal.ts'
import { context } from './lynceus.ts'

t.test('the columns of an output', async (t) => {
  for (const [reported, columns] of [
    [{}, 80],
    [{ columns: 0 }, 80],
    [{ columns: 1 }, 1],
    [{ columns: 132 }, 132],
  ] as const)
    t.equal(resolveColumns(reported), columns, JSON.stringify(reported))
})

/** What `lynceus gate` shows on a terminal that reports so many columns, while its server does not answer. */
async function progressOn(columns: number): Promise<readonly string[]> {
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns })
  const args = ['--namespace', 'shop', '--hash', 'aaa', '--server', 'http://127.0.0.1:1', '--timeout', '1s']
  const running = runProgram('gate', { ...context(args, {}), stderr }).finally(() => stderr.end())
  const [shown] = await Promise.all([text(stderr), running])
  return stripVTControlCharacters(shown)
    .split('\r')
    .filter((line) => line.includes(' s  '))
}

t.test('progress is as wide as the terminal; 80 columns where it reports 0', async (t) => {
  for (const [reported, width] of [
    [0, 80],
    [40, 40],
  ] as const) {
    const lines = await progressOn(reported)
    t.match(lines[0], /^0 s {2}fetch failed: /, `${reported} columns`)
    for (const line of lines) t.ok(line.length < width, `${reported} columns: ${line}`)
    t.notMatch(lines.join('\n'), /last:.*last:/, 'trouble is not told as what was last')
  }
})
