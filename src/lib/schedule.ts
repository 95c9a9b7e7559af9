/** Calls back once after the given seconds; returns how to cancel that. */
export type Schedule = (seconds: number, callback: () => void) => () => void

/** The time and the timers that go with it: injected together, so that a test owns both. */
export interface Clock {
  /** Seconds, from any origin. */
  readonly now: () => number
  readonly schedule: Schedule
}

/** Node's timers overflow after 24.8 days. A callback that comes early must look at the clock and set the next. */
const MAX_SECONDS = 86_400

/** The timers of Node. */
export const realSchedule: Schedule = (seconds, callback) => {
  const timer = setTimeout(callback, Math.min(Math.max(seconds, 0), MAX_SECONDS) * 1000)
  return () => clearTimeout(timer)
}

/** The machine's own time since this process started: for its load and durations, never for the ages of data. */
export const machineClock: Clock = { now: () => performance.now() / 1000, schedule: realSchedule }

/** Waits on a clock that may run faster than the real one; ends early when the signal is aborted. */
export function pause(schedule: Schedule, seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const stop = () => {
      cancel()
      resolve()
    }
    const cancel = schedule(seconds, () => {
      signal.removeEventListener('abort', stop)
      resolve()
    })
    signal.addEventListener('abort', stop, { once: true })
  })
}
