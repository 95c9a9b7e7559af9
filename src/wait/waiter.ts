import type { Schedule } from '../lib/schedule.ts'
import type { Seconds } from '../model/meta.ts'
import type { QuestionWatch } from './question-watch.ts'

/** Why an unsatisfied wait ends: its time is over, the engine releases it, or the client left. */
export type StopReason = 'timeout' | 'released' | 'left'

/** What a value means to a waiter: wait on, wait for a new watch of the question because this one is over, or done. */
export type Step<R> = 'wait' | 'rejoin' | { readonly result: R }

/** Decides when a waiter is satisfied, and with which result. */
export interface WaitPolicy<T, R> {
  readonly timeoutSeconds: Seconds
  /** How old the value may be when the wait stops, seconds; an older one is evaluated anew. */
  readonly maxAgeSeconds: Readonly<Record<StopReason, Seconds>>
  /** Called with the present value first, then after each evaluation. What it throws fails the wait. */
  consider(value: T): Step<R>
  /** The result of an unsatisfied wait. What it throws fails the wait. */
  conclude(value: T, reason: StopReason): R
}

/** What a waiter waits in. */
export interface WaiterOptions<T> {
  /** Opens or joins the watch of the question. */
  readonly open: () => QuestionWatch<T>
  readonly schedule: Schedule
  /** Aborted when the client leaves. */
  readonly signal?: AbortSignal | undefined
}

/** One client's wait: follows a question's watch until its policy is satisfied, or it is stopped. */
export class Waiter<T, R> {
  readonly #policy: WaitPolicy<T, R>
  readonly #options: WaiterOptions<T>
  readonly #result = Promise.withResolvers<R>()
  #watch: QuestionWatch<T>
  #stopListening: (() => void) | undefined
  #cancelTimeout: (() => void) | undefined
  #over = false

  /** Throws what opening the watch throws. */
  constructor(policy: WaitPolicy<T, R>, options: WaiterOptions<T>) {
    this.#policy = policy
    this.#options = options
    this.#watch = options.open()
  }

  /** Begins; resolves with the result of the wait. */
  start(): Promise<R> {
    const { schedule, signal } = this.#options
    this.#cancelTimeout = schedule(this.#policy.timeoutSeconds, () => this.stop('timeout'))
    signal?.addEventListener('abort', this.#onAbort, { once: true })
    this.#listen()
    if (signal?.aborted === true) this.stop('left')
    return this.#result.promise
  }

  /** Ends the wait with the present value, unless it is over. */
  stop(reason: StopReason): void {
    if (this.#over) return
    this.#watch.refresh(this.#policy.maxAgeSeconds[reason])
    if (!this.#over) this.#finish(() => this.#policy.conclude(this.#watch.value, reason))
  }

  #listen(): void {
    this.#stopListening = this.#watch.listen({ onValue: this.#onValue, onError: this.#fail })
    this.#onValue(this.#watch.value)
  }

  readonly #onAbort = (): void => this.stop('left')

  readonly #onValue = (value: T): void => {
    if (this.#over) return
    try {
      const step = this.#policy.consider(value)
      if (step === 'rejoin') this.#rejoin()
      else if (step !== 'wait') this.#finish(() => step.result)
    } catch (error) {
      this.#fail(error)
    }
  }

  #rejoin(): void {
    this.#stopListening?.()
    this.#watch = this.#options.open()
    this.#listen()
  }

  #finish(result: () => R): void {
    try {
      this.#result.resolve(result())
      this.#free()
    } catch (error) {
      this.#fail(error)
    }
  }

  readonly #fail = (error: unknown): void => {
    if (this.#over) return
    this.#free()
    this.#result.reject(error)
  }

  #free(): void {
    this.#over = true
    this.#cancelTimeout?.()
    this.#stopListening?.()
    this.#options.signal?.removeEventListener('abort', this.#onAbort)
  }
}
