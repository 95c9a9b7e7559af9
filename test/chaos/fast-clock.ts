import type { Schedule } from '../../src/lib/schedule.ts'
import type { Seconds } from '../../src/model/meta.ts'

/** What it takes to have the same clock in another process. */
export interface ClockSettings {
  /** When the clock was right, seconds since the epoch. */
  readonly origin: Seconds
  /** Its seconds in one real second. */
  readonly speed: number
}

/**
 * A clock that runs fast, with the schedule that goes with it: the lease, the schedule of retries and the timeouts are those
 * of production, only their seconds are shorter.
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

  readonly schedule: Schedule = (seconds, ring) => {
    const timer = setTimeout(ring, (Math.max(0, seconds) * 1000) / this.settings.speed)
    return () => clearTimeout(timer)
  }
}
