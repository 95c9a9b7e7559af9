import t from 'tap'
import { resolveCrashCode } from '../../../src/notify/reconcile/legacy-code.ts'

t.test('legacy codes of crashes', async (t) => {
  const table = [
    ['OOMKilled', 137, 'R14'],
    ['Error', 1, 'H10'],
    ['Error', 139, 'H10'],
    ['Error', 137, null],
    ['Error', 143, null],
    ['Error', 127, null],
    ['Completed', 0, 'H8'],
    ['ContainerCannotRun', 127, 'H9'],
    ['StartError', 128, 'H9'],
  ] as const
  for (const [reason, exitCode, code] of table)
    t.equal(resolveCrashCode({ reason, exitCode }), code, `${reason} ${exitCode}`)
})
