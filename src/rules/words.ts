import { truncate } from '../lib/text.ts'
import type { Seconds } from '../model/meta.ts'

/** Time of day in UTC, as messages say it. */
export function clock(at: Seconds): string {
  return `${new Date(at * 1000).toISOString().slice(11, 19)} UTC`
}

/** `1 pod`, `3 pods`, `2 crashes`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`
}

/** `45 s`, `3 min`, `2 h`. */
export function duration(seconds: number): string {
  if (seconds < 120) return `${Math.max(0, Math.round(seconds))} s`
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`
}

/** Two digits that count: `0.17`, `24`, `120`. */
export function round(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(2)))
}

/** A probability: `4.2 %`. */
export function percent(share: number): string {
  return share < 0.0001 ? 'less than 0.01 %' : `${round(share * 100)} %`
}

/** Longest quote from a Kubernetes message, characters: the cause stands at its end or its start. */
const MAX_QUOTE = 160

/** A sentence as part of another one. */
export function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '')
}

/** A Kubernetes message inside a sentence: one line, no full stop, cut. */
export function quote(message: string): string {
  const line = message
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/[.;]+$/, '')
  return truncate(line, MAX_QUOTE)
}

/** What exit codes usually mean: those of shells and of signals (128 + n) that are known to all. */
const EXIT_MEANINGS: Readonly<Record<number, string>> = {
  1: 'a general error',
  2: 'wrong usage or a general error',
  126: 'the command is not executable',
  127: 'the command was not found',
  128: 'the runtime could not start it',
  130: 'interrupted by SIGINT',
  132: 'SIGILL, an illegal instruction',
  134: 'SIGABRT, it aborted itself',
  135: 'SIGBUS',
  136: 'SIGFPE, an arithmetic error',
  137: 'SIGKILL, e.g. after a failed liveness probe',
  139: 'SIGSEGV, a memory fault',
  143: 'SIGTERM, it was asked to end',
}

/** `code 139 (SIGSEGV, a memory fault)`. */
export function exitCode(code: number, reason: string): string {
  if (reason === 'OOMKilled') return `code ${code} (killed for its memory limit)`
  const meaning = EXIT_MEANINGS[code]
  return meaning === undefined ? `code ${code}` : `code ${code} (${meaning})`
}
