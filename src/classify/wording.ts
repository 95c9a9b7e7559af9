import type { Seconds } from '../model/meta.ts'

/** `3 times`, `once`. */
export function times(count: number): string {
  if (count === 1) return 'once'
  return count === 2 ? 'twice' : `${count} times`
}

/** `1 pod`, `3 pods`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** A span as a person says it: `12 s`, `3 min`, `2 h`. */
export function span(seconds: Seconds): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 120) return `${whole} s`
  return whole < 7200 ? `${Math.round(whole / 60)} min` : `${Math.round(whole / 3600)} h`
}

/** What exit codes usually mean: by convention of shells 128 + N is signal N (signal(7), bash(1)). */
const EXIT_MEANINGS: Readonly<Record<number, string>> = {
  126: 'not executable',
  127: 'command not found',
  130: 'interrupted',
  134: 'aborted, SIGABRT',
  135: 'SIGBUS',
  137: 'killed, SIGKILL',
  139: 'segmentation fault, SIGSEGV',
  143: 'terminated, SIGTERM',
}

/** `exit code 1`, `exit code 139 (segmentation fault, SIGSEGV)`. */
export function exit(code: number): string {
  const meaning = EXIT_MEANINGS[code]
  return meaning === undefined ? `exit code ${code}` : `exit code ${code} (${meaning})`
}

/** A message of Kubernetes in one line, short enough to be part of a sentence. */
export function quoted(message: string, longest = 160): string {
  const line = message.replaceAll(/\s+/g, ' ').trim()
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line
}
