import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** Between two questions whether something is so, ms. */
export const POLL_MS = 10
/** Time in which a service comes to rest before its memory is read, ms. */
export const REST_MS = 10_000
const PROGRAM = new URL('../dist/main.js', import.meta.url).pathname
/** As the image starts it. */
const FLAGS = ['--max-semi-space-size=16', '--min-semi-space-size=16']

/** Throws unless the program was built. */
export function requireBuild(): void {
  if (!existsSync(PROGRAM)) throw new Error('run npm run build first')
}

/** Starts the compiled service. */
export function spawnService(kubeconfig: string, port: string): ChildProcess {
  return spawn(
    process.execPath,
    [...FLAGS, PROGRAM, 'serve', '--host', '127.0.0.1', '--port', port, '--kubeconfig', kubeconfig],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
}

/** Waits for the first good answer of /readyz. */
export async function untilReady(port: string): Promise<void> {
  for (;;) {
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (ready) return
    await sleep(POLL_MS)
  }
}

/** Clock ticks a second of /proc/PID/stat, on every Linux that Node runs on. */
const TICKS = 100

/** What a process has used so far, and the memory that it had at most and has. */
export function processFigures({ pid }: ChildProcess) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // utime and stime are the 14th and 15th field; the second, a name in parentheses, may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const cpuSeconds = (Number(fields[11]) + Number(fields[12])) / TICKS
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const mebibytes = (name: string): number =>
    Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024
  return { cpuSeconds, peakMiB: mebibytes('VmHWM'), restMiB: mebibytes('VmRSS') }
}
