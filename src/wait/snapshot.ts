import type { Answer } from '../analyze/answer-schema.ts'
import type { ContainerRun } from '../model/log.ts'

/** Why a wait is over: the verdict is final, a newer revision appeared, or the target never existed. */
export type FinalReason = 'verdict' | 'superseded' | 'not-found'

/** The answer at a moment of a wait; one object for all who wait for the same. */
export class Snapshot {
  /** Increases with each change of any question. Snapshots with equal ids differ at most in their counts. */
  readonly id: number
  readonly answer: Answer
  /** Null while the wait goes on. */
  readonly final: FinalReason | null
  /** What changed: verdict, code or reason, or only the message. */
  readonly change: 'verdict' | 'message'
  /** The runs of containers whose logs explain the answer. */
  readonly runs: readonly ContainerRun[]
  #json: string | undefined

  constructor(
    id: number,
    answer: Answer,
    final: FinalReason | null,
    change: 'verdict' | 'message',
    runs: readonly ContainerRun[] = [],
  ) {
    this.runs = runs
    this.id = id
    this.answer = answer
    this.final = final
    this.change = change
  }

  /** The same with another form of the answer. */
  withAnswer(answer: Answer): Snapshot {
    return new Snapshot(this.id, answer, this.final, this.change, this.runs)
  }

  /** The answer as JSON, rendered once for all who receive it. */
  get json(): string {
    this.#json ??= JSON.stringify(this.answer)
    return this.#json
  }
}
