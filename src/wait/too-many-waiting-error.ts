/** As many clients wait as may. */
export class TooManyWaitingError extends Error {
  override readonly name = 'TooManyWaitingError'

  constructor(max: number) {
    super(`Too many clients are waiting (${max.toLocaleString('en-US')}); try again later.`)
  }
}
