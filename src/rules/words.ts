import { truncateMiddle } from '../lib/text.ts'
import type { Seconds } from '../model/meta.ts'

/** A moment in UTC, with its date unless that is today: `03:09:47 UTC`, `2026-11-20 03:09:47 UTC`. */
export function clock(at: Seconds, now: Seconds = at): string {
  const [date, time = ''] = new Date(at * 1000).toISOString().split('T')
  const [today] = new Date(now * 1000).toISOString().split('T')
  return `${date === today ? '' : `${date} `}${time.slice(0, 8)} UTC`
}

/** ` (since 03:09:47 UTC)`, to follow what has lasted since then. */
export function sinceWhen(at: Seconds, now: Seconds): string {
  return ` (since ${clock(at, now)})`
}

/** A number of things: `1 pod`, `3 pods`, `2 crashes`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`
}

/** A span of time, rounded: `45 s`, `3 min`, `2 h`. */
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

/** Longest quote from a Kubernetes message, characters: two of them and what is said besides fit into an answer's 400. */
const MAX_QUOTE = 160
/** Characters of a longer message that are kept from its start, which says what was tried; its end says why it failed. */
const MAX_QUOTE_START = 60

/** A sentence as part of another one. */
export function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '')
}

/** client-go's word for an event that stands for many (tools/record/events_cache.go). */
const COMBINED = /^\(combined from similar events\): /
/** How a call of the runtime or a driver failed (gRPC), which says less than what it failed with. */
const CALL = /\brpc error: code = \w+ desc = /g
/** containerd's word for an error without a gRPC code. */
const WITHOUT_CODE = /(?:: unknown)+$/

/**
 * A Kubernetes message inside a sentence: one line, without the words of calls, no full stop, cut in its middle. Its end
 * stays, as the cause stands there.
 */
export function quote(message: string): string {
  const line = message
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(COMBINED, '')
    .replaceAll(CALL, '')
    .replace(WITHOUT_CODE, '')
    .replace(/[.;]+$/, '')
  return truncateMiddle(line, MAX_QUOTE, MAX_QUOTE_START)
}

/** What common exit codes mean: those of shells and of signals (128 + n). */
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
  143: 'SIGTERM, it was asked to stop',
}

/** An exit code with its meaning: `code 139 (SIGSEGV, a memory fault)`. */
export function exitCode(code: number, reason: string): string {
  if (reason === 'OOMKilled') return `code ${code} (killed at its memory limit)`
  const meaning = EXIT_MEANINGS[code]
  return meaning === undefined ? `code ${code}` : `code ${code} (${meaning})`
}
