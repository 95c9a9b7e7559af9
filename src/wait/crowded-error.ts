/** More clients wait than may. */
export class CrowdedError extends Error {
  override readonly name = 'CrowdedError'

  constructor(most: number) {
    super(`${most} clients wait already, as many as may; ask again later.`)
  }
}
