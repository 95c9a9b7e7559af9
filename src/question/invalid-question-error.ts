/** One problem of a parameter, an annotation or an entry of a policy file. */
export interface ParameterProblem {
  readonly name: string
  /** The rest of a sentence that begins with the name. */
  readonly reason: string
}

/** The parameters of a question are not valid; `problems` names all of them. */
export class InvalidQuestionError extends Error {
  override readonly name = 'InvalidQuestionError'
  readonly problems: readonly ParameterProblem[]

  constructor(problems: readonly ParameterProblem[]) {
    super(problems.map(({ name, reason }) => `${name}: ${reason}`).join('; '))
    this.problems = problems
  }
}
