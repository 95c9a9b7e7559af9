import { setTimeout as sleep } from 'node:timers/promises'
import { Backoff } from '../../../lib/backoff.ts'
import { HASH_LABELS } from '../../../model/hash-labels.ts'
import { EXIT, type ProcessContext } from '../../command.ts'
import type { CrashcheckSettings } from './settings.ts'

/** The restarts of a hash's pods at one moment. */
export interface Look {
  /** The sum of restartCount of their containers, without init containers. */
  readonly restarts: number
  readonly pods: number
}

/** Counts the restarts. */
export interface CrashSource {
  /** The namespace of the pods; null: the only one that the server watches. */
  readonly namespace: string | null
  /** Null while the pods are unknown: no data is not the same as no crash. */
  look(): Promise<Look | null>
  /** Why the last look returned null. */
  readonly trouble: string
}

/** Delay before a look is repeated that returned null, seconds; short compared with the intervals in use. */
const BACKOFF = { base: 0.25, cap: 1 }

/**
 * Counts the restarts at the interval of the settings and prints them. Resolves with the exit code. It fails when no look
 * ever found a pod: most likely HASH is misspelt, and crashes of pods that were never seen are unknown.
 */
export async function check(
  settings: CrashcheckSettings,
  source: CrashSource,
  { stdout, stderr }: Pick<ProcessContext, 'stdout' | 'stderr'>,
  maxTrySeconds: number,
): Promise<number> {
  const { checks, intervalSeconds, maxSeconds, limit, debug } = settings
  const began = performance.now()
  let last: Look = { restarts: 0, pods: 0 }
  let hasSeenPods = false
  for (let done = 0; done < checks; done += 1) {
    const elapsed = (performance.now() - began) / 1000
    if (maxSeconds !== null && done > 0 && elapsed >= maxSeconds) break
    const look = await lookUntilKnown(source, maxTrySeconds)
    if (look === null) {
      stderr.write(`Error: the pods cannot be seen, so their crashes are not known: ${source.trouble}\n`)
      return EXIT.fail
    }
    last = look
    hasSeenPods ||= look.pods > 0
    if (debug)
      stderr.write(`check ${done + 1} of ${checks}: ${look.restarts} restarts in ${look.pods} pods\n`)
    if (look.restarts >= limit) return print(stdout, look, EXIT.fail)
    await sleep(intervalSeconds * 1000)
  }
  if (!hasSeenPods) {
    stderr.write(`Error: ${describeNoPods(settings, source)}\n`)
    return EXIT.fail
  }
  if (last.pods === 0)
    stderr.write(`at the last check there was no pod with hash ${settings.hash} any more\n`)
  return print(stdout, last, EXIT.pass)
}

const LABELS = new Intl.ListFormat('en-GB').format(HASH_LABELS)

function describeNoPods({ hash }: CrashcheckSettings, { namespace }: CrashSource): string {
  const where = namespace === null ? 'the namespace of the server' : `namespace "${namespace}"`
  return `no pod with hash "${hash}" was seen in ${where}; the labels looked at are ${LABELS}`
}

function print(stdout: ProcessContext['stdout'], { restarts }: Look, code: number): number {
  stdout.write(`{ "Crashes": ${restarts} }\n`)
  return code
}

/** Repeats a look until the pods are known; null when they are not after these seconds. */
async function lookUntilKnown(source: CrashSource, seconds: number): Promise<Look | null> {
  const until = performance.now() + seconds * 1000
  const backoff = new Backoff(BACKOFF, Math.random)
  for (;;) {
    const look = await source.look()
    if (look !== null || performance.now() >= until) return look
    await sleep(backoff.next() * 1000)
  }
}
