import { analyzeRollout } from '../analyze/rollout.ts'
import type { Clock } from '../lib/schedule.ts'
import type { Seconds } from '../model/meta.ts'
import type { Question } from '../question/question.ts'
import { askQuestion } from './attempt.ts'
import { type GateContext, GateVerdict } from './gate-verdict.ts'
import type { Found, NotFoundGrace } from './not-found-grace.ts'
import type { FinalReason, Snapshot } from './snapshot.ts'
import { TooManyWaitingError } from './too-many-waiting-error.ts'
import { type Step, type StopReason, Waiter, type WaitPolicy } from './waiter.ts'
import type { WatchTable } from './watch-table.ts'

/** How a client waits for a final verdict. */
export interface GateWait {
  readonly question: Question
  /** How long a pass must stay, seconds. */
  readonly settleSeconds: Seconds
  readonly timeoutSeconds: Seconds
  /** Ends the wait, as the client went away. */
  readonly signal: AbortSignal
  /** Receives the present snapshot first, then each change; the last one too. */
  readonly onSnapshot: (snapshot: Snapshot) => void
}

/** Why a wait ended: as its snapshot says, or though its verdict is not final. */
export type EndReason = FinalReason | StopReason

/** What a wait came to. */
export interface WaitResult {
  readonly snapshot: Snapshot
  readonly reason: EndReason
}

/**
 * A client that asks right after `kubectl apply` may be ahead of the watch: a revision that comes this soon, seconds, is the
 * one that was meant, not one that supersedes it.
 */
const SUPERSEDE_GRACE_SECONDS = 2
/** A client that joins or times out gets an answer that is at most this old, seconds: a crowd must not evaluate one by one. */
export const MAX_SNAPSHOT_AGE_SECONDS = 1
/** Problems of the data that do not pass by themselves: a wait would be in vain. */
const PERMANENT: ReadonlySet<string> = new Set(['forbidden', 'no-such-resource'])

/** What gate waits are made of. */
export interface GateWaitsOptions {
  readonly context: GateContext
  readonly watches: WatchTable<Snapshot>
  readonly grace: NotFoundGrace
  readonly clock: Clock
  /** Clients that may wait at once. */
  readonly max: number
}

/** Clients that wait for final verdicts, at most a number of them. Those that wait for the same share one watch. */
export class GateWaits {
  readonly #options: GateWaitsOptions
  readonly #waiters = new Set<Waiter<Snapshot, WaitResult>>()
  #size = 0
  #closed = false

  constructor(options: GateWaitsOptions) {
    this.#options = options
  }

  /** Clients that wait at present. */
  get size(): number {
    return this.#size
  }

  /** Releases all with the present snapshot, and whoever comes later at once. */
  close(): void {
    this.#closed = true
    for (const waiter of [...this.#waiters]) waiter.stop('released')
  }

  /**
   * Waits for the end. Throws a TooManyWaitingError, a NotFoundError when the target does not come within a moment, or an
   * UnavailableError when its data can't be read.
   */
  async wait(wait: GateWait): Promise<WaitResult> {
    const { watches, grace, max, context } = this.#options
    if (this.#size >= max) throw new TooManyWaitingError(max)
    this.#size += 1
    try {
      const key = JSON.stringify([wait.question, wait.settleSeconds])
      if (watches.find(key) === undefined) {
        const question = { ...wait.question, onStale: 'error' } as const
        refuseUnreadable(await grace.find(askQuestion('gate', question, analyzeRollout, context)))
      }
      return await this.#enter(key, wait)
    } finally {
      this.#size -= 1
    }
  }

  async #enter(key: string, wait: GateWait): Promise<WaitResult> {
    const { watches, context, clock } = this.#options
    const { question, settleSeconds, signal } = wait
    const waiter = new Waiter(new UntilFinal(wait, clock.now), {
      open: () =>
        watches.open(key, question, () => {
          const verdict = new GateVerdict(question, settleSeconds, context)
          return (now, stalled) => verdict.read(now, stalled)
        }),
      schedule: clock.schedule,
      signal,
    })
    this.#waiters.add(waiter)
    try {
      const result = waiter.start()
      if (this.#closed) waiter.stop('released')
      return await result
    } finally {
      this.#waiters.delete(waiter)
    }
  }
}

/** Data that are not read yet or out of date may come; data that can't be read are refused. Throws the UnavailableError. */
function refuseUnreadable(found: Found): void {
  if (found.type === 'unavailable' && PERMANENT.has(found.error.code)) throw found.error
}

/** Satisfied by a final verdict. */
class UntilFinal implements WaitPolicy<Snapshot, WaitResult> {
  readonly timeoutSeconds: Seconds
  readonly maxAgeSeconds = {
    timeout: MAX_SNAPSHOT_AGE_SECONDS,
    // All are released at once: to evaluate all questions then would delay the end of the process.
    released: Number.POSITIVE_INFINITY,
    left: Number.POSITIVE_INFINITY,
  }
  readonly #onSnapshot: (snapshot: Snapshot) => void
  readonly #now: () => Seconds
  readonly #enteredAt: Seconds
  #lastId: number | undefined

  constructor({ timeoutSeconds, onSnapshot }: GateWait, now: () => Seconds) {
    this.timeoutSeconds = timeoutSeconds
    this.#onSnapshot = onSnapshot
    this.#now = now
    this.#enteredAt = now()
  }

  consider(snapshot: Snapshot): Step<WaitResult> {
    const { id, final } = snapshot
    if (final === 'superseded' && this.#now() - this.#enteredAt < SUPERSEDE_GRACE_SECONDS)
      return { type: 'rejoin' }
    if (id !== this.#lastId) this.#onSnapshot(snapshot)
    this.#lastId = id
    return final === null ? { type: 'wait' } : { type: 'done', result: { snapshot, reason: final } }
  }

  conclude(snapshot: Snapshot, reason: StopReason): WaitResult {
    return { snapshot, reason }
  }
}
