import { runCommand } from '../../src/cli/program.ts'

/** `npm run demo`: the process's edge of the demo, as src/main.ts is that of the program. */
process.exitCode = await runCommand('demo', async () => (await import('./demo.ts')).demo, {
  args: process.argv.slice(2),
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  terminated: new Promise((resolve) => {
    process.once('SIGTERM', resolve)
    process.once('SIGINT', resolve)
  }),
})
// Timers and kept-alive sockets of a finished demo must not keep the process.
process.stdout.write('', () => process.exit())
