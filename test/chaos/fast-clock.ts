import type { Schedule } from '../../src/lib/schedule.ts'
import type { Seconds } from '../../src/model/meta.ts'

/** The settings of the same clock in another process. */
export interface ClockSettings {
  /** When the clock showed the real time, seconds since the epoch. */
  readonly origin: Seconds
  /** Seconds of the clock in one real second. */
  readonly speed: number
}

/**
 * A fast clock and its timers: lease, retries and timeouts have their production values, but their seconds are shorter.
 */
export class FastClock {
  readonly settings: ClockSettings

  constructor(settings: ClockSettings) {
    this.settings = settings
  }

  readonly now = (): Seconds => {
    const { origin, speed } = this.settings
    return origin + (Date.now() / 1000 - origin) * speed
  }

  readonly schedule: Schedule = (seconds, callback) => {
    const timer = setTimeout(callback, (Math.max(0, seconds) * 1000) / this.settings.speed)
    return () => clearTimeout(timer)
  }
}
