/** More clients wait than may. */
export class TooManyWaitingError extends Error {
  override readonly name = 'TooManyWaitingError'

  constructor(most: number) {
    super(`${most} clients wait already, as many as may; ask again later.`)
  }
}
