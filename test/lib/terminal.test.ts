import { stripVTControlCharacters } from 'node:util'
import t from 'tap'
import { paint, rewritesLines, wantsColours } from '../../src/lib/terminal.ts'

t.test('colours are used where they are wanted', async (t) => {
  const cases: readonly (readonly [isTTY: boolean, env: Record<string, string>, wanted: boolean])[] = [
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '0' }, false],
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
    [true, { TERM: 'xterm-256color' }, true],
    [false, { FORCE_COLOR: '1' }, true],
    [false, { FORCE_COLOR: '' }, true],
    [false, { FORCE_COLOR: 'true' }, true],
    [true, { FORCE_COLOR: '0' }, false],
    [true, { FORCE_COLOR: 'false' }, false],
    [true, { FORCE_COLOR: '1', NO_COLOR: '1', TERM: 'dumb' }, true],
  ]
  for (const [isTTY, env, wanted] of cases)
    t.equal(wantsColours({ isTTY }, env), wanted, `${isTTY} ${JSON.stringify(env)}`)
  t.equal(wantsColours({}, {}), false, 'a pipe does not say what it is')
})

t.test('lines are rewritten on terminals alone, whatever is forced', async (t) => {
  t.equal(rewritesLines({ isTTY: true }, {}), true)
  t.equal(rewritesLines({ isTTY: true }, { TERM: 'dumb' }), false)
  t.equal(rewritesLines({}, { FORCE_COLOR: '1' }), false)
})

t.test('painting changes no words', async (t) => {
  t.equal(paint(false, 'red', 'words'), 'words')
  const painted = paint(true, ['red', 'bold'], 'words')
  t.not(painted, 'words')
  t.equal(stripVTControlCharacters(painted), 'words')
})
