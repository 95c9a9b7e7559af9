import { analyzeRollout } from '../analyze/rollout.ts'
import type { Clock } from '../lib/schedule.ts'
import type { Seconds } from '../model/meta.ts'
import type { Question } from '../question/question.ts'
import { askQuestion } from './attempt.ts'
import { type GateContext, GateVerdict } from './gate-verdict.ts'
import type { Found, NotFoundGrace } from './not-found-grace.ts'
import type { FinalReason, Snapshot } from './snapshot.ts'
import { TooManyWaitingError } from './too-many-waiting-error.ts'
import { type StopReason, Waiter, type WaitPolicy } from './waiter.ts'
import type { WatchTable } from './watch-table.ts'

/** How a client waits for a final verdict. */
export interface GateWait {
  readonly question: Question
  /** How long a pass must last, seconds. */
  readonly settleSeconds: Seconds
  readonly timeoutSeconds: Seconds
  /** Aborted when the client leaves. */
  readonly signal: AbortSignal
  /** Receives the present snapshot first, then each change; the last one too. */
  readonly onSnapshot: (snapshot: Snapshot) => void
}

/** Why a wait ended: the reason of its final snapshot, or why it stopped before one. */
export type EndReason = FinalReason | StopReason

/** The result of a wait. */
export interface WaitResult {
  readonly snapshot: Snapshot
  readonly reason: EndReason
}

/**
 * A client that asks right after `kubectl apply` may be ahead of the watch: a revision that appears within this time, seconds,
 * is the one that the client meant, and does not supersede it.
 */
const SUPERSEDE_GRACE_SECONDS = 2
/** Maximum age of the answer for a client that joins or times out, seconds: many clients share one evaluation. */
export const MAX_SNAPSHOT_AGE_SECONDS = 1
/** Problems of the data that waiting does not solve. */
const PERMANENT: ReadonlySet<string> = new Set(['forbidden', 'no-such-resource'])

/** What gate waits need. */
export interface GateWaitsOptions {
  readonly context: GateContext
  readonly watches: WatchTable<Snapshot>
  readonly grace: NotFoundGrace
  readonly clock: Clock
  /** Maximum number of clients that wait at once. */
  readonly max: number
}

/** Lets a limited number of clients wait for final verdicts. Clients with the same question share one watch. */
export class GateWaits {
  readonly #options: GateWaitsOptions
  readonly #waiters = new Set<Waiter<Snapshot, WaitResult>>()
  #size = 0
  #closed = false

  constructor(options: GateWaitsOptions) {
    this.#options = options
  }

  /** Number of clients that wait now. */
  get size(): number {
    return this.#size
  }

  /** Releases all clients with the present snapshot; later ones are released at once. */
  close(): void {
    this.#closed = true
    for (const waiter of [...this.#waiters]) waiter.stop('released')
  }

  /**
   * Waits for the final verdict. Throws a TooManyWaitingError, a NotFoundError when the target does not appear within the
   * grace, or an UnavailableError when its data cannot be read.
   */
  async wait(wait: GateWait): Promise<WaitResult> {
    const { watches, grace, max, context, clock } = this.#options
    if (this.#size >= max) throw new TooManyWaitingError(max)
    this.#size += 1
    let waiter: Waiter<Snapshot, WaitResult> | undefined
    try {
      const key = JSON.stringify([wait.question, wait.settleSeconds])
      if (watches.find(key) === undefined) {
        const question = { ...wait.question, onStale: 'error' } as const
        refuseUnreadable(await grace.find(askQuestion('gate', question, analyzeRollout, context)))
      }
      waiter = new Waiter(untilFinal(wait, clock.now), {
        open: () =>
          watches.open(key, () => {
            const verdict = new GateVerdict(wait.question, wait.settleSeconds, context)
            return (now, stalled) => verdict.read(now, stalled)
          }),
        schedule: clock.schedule,
        signal: wait.signal,
      })
      this.#waiters.add(waiter)
      const result = waiter.start()
      if (this.#closed) waiter.stop('released')
      return await result
    } finally {
      this.#size -= 1
      if (waiter !== undefined) this.#waiters.delete(waiter)
    }
  }
}

/** Data that are unread or out of date may still arrive; data that cannot be read never do. Throws the UnavailableError. */
function refuseUnreadable(found: Found): void {
  if (found instanceof Error && PERMANENT.has(found.code)) throw found
}

/** Satisfied by a final verdict. */
function untilFinal(
  { timeoutSeconds, onSnapshot }: GateWait,
  now: () => Seconds,
): WaitPolicy<Snapshot, WaitResult> {
  const enteredAt = now()
  let lastId: number | undefined
  return {
    timeoutSeconds,
    maxAgeSeconds: {
      timeout: MAX_SNAPSHOT_AGE_SECONDS,
      // All are released at once: to evaluate all questions then would delay the end of the process.
      released: Number.POSITIVE_INFINITY,
      left: Number.POSITIVE_INFINITY,
    },
    consider(snapshot) {
      const { id, final } = snapshot
      if (final === 'superseded' && now() - enteredAt < SUPERSEDE_GRACE_SECONDS) return 'rejoin'
      if (id !== lastId) onSnapshot(snapshot)
      lastId = id
      return final === null ? 'wait' : { result: { snapshot, reason: final } }
    },
    conclude: (snapshot, reason) => ({ snapshot, reason }),
  }
}
