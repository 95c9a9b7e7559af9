import type { Seconds } from '../model/meta.ts'
import type { Alarm } from '../wait/timer.ts'

/** Waits by a clock that may run faster than ours; no longer than until the signal. */
export function pause(alarm: Alarm, seconds: Seconds, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const cancel = alarm(seconds, () => {
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
