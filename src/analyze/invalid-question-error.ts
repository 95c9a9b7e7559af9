/** The question makes no sense; every problem is named. */
export class InvalidQuestionError extends Error {
  override readonly name = 'InvalidQuestionError'
  readonly problems: readonly { readonly name: string; readonly reason: string }[]

  constructor(problems: readonly { readonly name: string; readonly reason: string }[]) {
    super(problems.map(({ name, reason }) => `${name}: ${reason}`).join('; '))
    this.problems = problems
  }
}
