/** The limit of waiting clients is reached. */
export class TooManyWaitingError extends Error {
  override readonly name = 'TooManyWaitingError'

  constructor(max: number) {
    super(`Too many clients are waiting (${max.toLocaleString('en-US')}); try again later.`)
  }
}
