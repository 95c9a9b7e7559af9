import type { Answer } from '../analyze/answer.ts'

/** Why a wait is over: the verdict is final, a newer revision came, or the target never came. */
export type FinalReason = 'verdict' | 'superseded' | 'not-found'

/** What is known at a moment of a wait; the same object for all who wait for the same. */
export class Snapshot {
  /** Grows with each change over all questions. Snapshots with equal ids differ at most in their counts. */
  readonly id: number
  readonly answer: Answer
  /** Null while the wait goes on. */
  readonly final: FinalReason | null
  /** What changed: verdict, code or reason, or only the message. */
  readonly change: 'verdict' | 'message'
  #json: string | undefined

  constructor(id: number, answer: Answer, final: FinalReason | null, change: 'verdict' | 'message') {
    this.id = id
    this.answer = answer
    this.final = final
    this.change = change
  }

  /** The answer as JSON, written once for all who receive it. */
  get json(): string {
    this.#json ??= JSON.stringify(this.answer)
    return this.#json
  }
}
