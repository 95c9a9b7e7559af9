import { setTimeout as sleep } from 'node:timers/promises'
import { Backoff } from '../../../lib/backoff.ts'
import { HASH_LABELS } from '../../../model/hash-labels.ts'
import { EXIT, type ProcessContext } from '../../command.ts'
import type { CrashcheckSettings } from './settings.ts'
import type { CrashSource, Look } from './source.ts'

/** Between two tries of a look that saw nothing, seconds: a second is short beside the intervals that are in use. */
const BACKOFF = { base: 0.25, cap: 1 }

/**
 * Looks as often as the settings say, and prints how many restarts there were. Resolves with the exit code. It fails when
 * no look ever showed a pod: most likely HASH is misspelt, and crashes of pods that were never seen are not known.
 */
export async function check(
  settings: CrashcheckSettings,
  source: CrashSource,
  { stdout, stderr }: Pick<ProcessContext, 'stdout' | 'stderr'>,
  patienceSeconds: number,
): Promise<number> {
  const { checks, intervalSeconds, maxSeconds, limit, debug } = settings
  const began = performance.now()
  let last: Look = { restarts: 0, pods: 0 }
  let hasSeenPods = false
  for (let done = 0; done < checks; done += 1) {
    const elapsed = (performance.now() - began) / 1000
    if (maxSeconds !== null && done > 0 && elapsed >= maxSeconds) break
    const look = await patiently(source, patienceSeconds)
    if (look === null) {
      stderr.write(`Error: the pods cannot be seen, so their crashes are not known: ${source.trouble}\n`)
      return EXIT.fail
    }
    last = look
    hasSeenPods ||= look.pods > 0
    if (debug)
      stderr.write(`check ${done + 1} of ${checks}: ${look.restarts} restarts in ${look.pods} pods\n`)
    if (look.restarts >= limit) return say(stdout, look, EXIT.fail)
    await sleep(intervalSeconds * 1000)
  }
  if (!hasSeenPods) {
    stderr.write(`Error: ${nothingSeen(settings, source)}\n`)
    return EXIT.fail
  }
  if (last.pods === 0)
    stderr.write(`at the last check there was no pod with hash ${settings.hash} any more\n`)
  return say(stdout, last, EXIT.pass)
}

const LABELS = new Intl.ListFormat('en-GB').format(HASH_LABELS)

function nothingSeen({ hash }: CrashcheckSettings, { namespace }: CrashSource): string {
  const where = namespace === null ? 'the namespace of the server' : `namespace "${namespace}"`
  return `no pod with hash "${hash}" was seen in ${where}; the labels looked at are ${LABELS}`
}

function say(stdout: ProcessContext['stdout'], { restarts }: Look, code: number): number {
  stdout.write(`{ "Crashes": ${restarts} }\n`)
  return code
}

/** Looks again and again until something is known; null when nothing ever is. */
async function patiently(source: CrashSource, seconds: number): Promise<Look | null> {
  const until = performance.now() + seconds * 1000
  const backoff = new Backoff(BACKOFF, Math.random)
  for (;;) {
    const look = await source.look()
    if (look !== null || performance.now() >= until) return look
    await sleep(backoff.next() * 1000)
  }
}
