import type { Answer } from '../analyze/answer.ts'

/** Why there is nothing more to wait for: the verdict is final, a newer revision came, or the target never did. */
export type Ending = 'verdict' | 'superseded' | 'not-found'

/** What is known at a moment of a wait; the same object for all who wait for it. */
export class Report {
  /** Grows with each report of the process. */
  readonly id: number
  readonly answer: Answer
  /** Null while the wait goes on. */
  readonly ending: Ending | null
  /** Whether verdict, code or reason changed, or only the words. */
  readonly change: 'verdict' | 'message'
  #json: string | undefined

  constructor(id: number, answer: Answer, ending: Ending | null, change: 'verdict' | 'message') {
    this.id = id
    this.answer = answer
    this.ending = ending
    this.change = change
  }

  /** The answer as JSON, written once for all who are told. */
  get json(): string {
    this.#json ??= JSON.stringify(this.answer)
    return this.#json
  }
}
