/** One thing that is wrong with the parameters of a question. */
export interface ParameterProblem {
  readonly name: string
  /** The rest of a sentence that begins with the name. */
  readonly reason: string
}

/** The question makes no sense; every problem is named. */
export class InvalidQuestionError extends Error {
  override readonly name = 'InvalidQuestionError'
  readonly problems: readonly ParameterProblem[]

  constructor(problems: readonly ParameterProblem[]) {
    super(problems.map(({ name, reason }) => `${name}: ${reason}`).join('; '))
    this.problems = problems
  }
}
