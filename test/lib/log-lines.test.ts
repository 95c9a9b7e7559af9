import fc from 'fast-check'
import t from 'tap'
import { defuse, MAX_LINE_BYTES, splitLog } from '../../src/lib/log-lines.ts'

const CASES: readonly (readonly [name: string, log: string, lines: readonly string[]])[] = [
  ['nothing', '', []],
  ['one line without its end', 'a', ['a']],
  ['a blank line is a line', 'a\n\nb\n', ['a', '', 'b']],
  ['line ends of Windows', 'a\r\nb\r\n', ['a', 'b']],
  ['colours and other escapes', '\u001b[31mred\u001b[0m \u001b]0;title\u0007\u009b2Jx\n', ['red x']],
  ['a progress bar', '10 %\r20 %\r\n', ['10 % 20 %']],
  ['text that would be read in another order', 'ab\u202ec\u2066d\n', ['ab c d']],
  ['half a character', 'a\ud800b\n', ['a\ufffdb']],
  [
    'commands of CI systems',
    '##[add-mask]x ##vso[task.setvariable]y ##TeamCity[z',
    ['# #[add-mask]x # #vso[task.setvariable]y # #TeamCity[z'],
  ],
  ['a heading', '## Section [1]', ['## Section [1]']],
]

t.test('lines that are fit to be shown', async (t) => {
  for (const [name, log, lines] of CASES) t.strictSame(splitLog(log), lines, name)
  const [long = ''] = splitLog('ä'.repeat(MAX_LINE_BYTES))
  t.equal(long, `${'ä'.repeat((MAX_LINE_BYTES - 4) / 2)}…`)
})

const bytes = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        '\u001b[',
        '##',
        '#',
        '[',
        'vso',
        '::',
        '\n',
        '\r',
        '\u202e',
        '\ud800',
        'a',
        '31m',
        '\u009d',
      ),
    )
    .map((parts) => parts.join('')),
)

t.test('whatever is written: no controls, nothing that reorders, valid, short, and no command', async (t) => {
  fc.assert(
    fc.property(bytes, (log) => {
      for (const line of splitLog(log)) {
        const isClean =
          !/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(line) &&
          line.isWellFormed() &&
          Buffer.byteLength(line) <= MAX_LINE_BYTES &&
          !/##[a-z]*\[/i.test(line)
        if (!isClean) return false
      }
      return true
    }),
    { numRuns: 2000 },
  )
  t.equal(defuse(defuse('##[a]')), '# #[a]', 'broken once is broken')
})
