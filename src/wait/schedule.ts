import type { Seconds } from '../model/meta.ts'

/** Calls back once after so many seconds; returns how to cancel it. Injected with the clock, so that tests own both. */
export type Schedule = (seconds: Seconds, ring: () => void) => () => void

/** Timers of Node overflow after 24.8 days; whoever is woken early looks and sets the next. */
const MAX_SECONDS = 86_400

/** The schedule that goes with the real clock. */
export const realSchedule: Schedule = (seconds, ring) => {
  const timer = setTimeout(ring, Math.min(Math.max(seconds, 0), MAX_SECONDS) * 1000)
  return () => clearTimeout(timer)
}
