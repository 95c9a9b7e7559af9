import process from 'node:process'

const started = Date.now()

/** Tells the person at the terminal what is going on; on stderr, as stdout carries TAP. */
export function progress(message: string): void {
  const seconds = ((Date.now() - started) / 1000).toFixed(1).padStart(6)
  process.stderr.write(`${seconds} s  ${message}\n`)
}
