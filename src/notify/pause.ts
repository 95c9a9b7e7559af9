import type { Schedule } from '../lib/schedule.ts'
import type { Seconds } from '../model/meta.ts'

/** Waits by a clock that may run faster than ours; no longer than until the signal. */
export function pause(schedule: Schedule, seconds: Seconds, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const cancel = schedule(seconds, () => {
      signal.removeEventListener('abort', stopped)
      resolve()
    })
    const stopped = () => {
      cancel()
      resolve()
    }
    signal.addEventListener('abort', stopped, { once: true })
  })
}
