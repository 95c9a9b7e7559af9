/** Since the Unix epoch. */
type Seconds = number

/** Where a steady clock gets its time, in ms as JavaScript has it. */
export interface TimeSources {
  /** The wall clock, which may be set to any time at any moment. */
  readonly wallMs: () => number
  /** Time that only grows, from any origin; it may miss the sleep of a suspended machine. */
  readonly elapsedMs: () => number
}

/** A tenth of the time that passes makes up for a wall clock that was set back: an hour takes ten hours. */
const CATCHING_UP = 0.1

/**
 * A clock that never goes back, seconds since the epoch: ages of data, PINGs and idleness are differences of two readings,
 * and a wall clock that is set back during an outage would make old data young. When the wall clock is ahead this clock
 * goes with it (data look older, which is the safe side, and a machine that slept is noticed); when it is behind, this one
 * goes on, slower by a tenth until both agree. So an age is never reported as less than nine tenths of what it is; and a wall
 * clock that was wrong for a moment does not keep times of Kubernetes objects, which this clock is compared with, away
 * from it for good.
 */
export function steadyClock({ wallMs, elapsedMs }: TimeSources): () => Seconds {
  let elapsed = elapsedMs()
  let ms = wallMs()
  return () => {
    const passed = Math.max(0, elapsedMs() - elapsed)
    elapsed += passed
    const behind = ms + passed - wallMs()
    ms += passed - Math.min(Math.max(behind, 0), passed * CATCHING_UP)
    if (behind < 0) ms -= behind
    return ms / 1000
  }
}

/** What the machine's clock says, seconds since the epoch; for what others compare with their clocks, and never for ages. */
export const wallNow = (): Seconds => Date.now() / 1000

/** The clock of this process. */
export const steadyNow: () => Seconds = steadyClock({
  wallMs: () => Date.now(),
  elapsedMs: () => performance.now(),
})
