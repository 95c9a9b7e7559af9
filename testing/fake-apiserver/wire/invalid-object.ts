/** A field of an object that was sent has the wrong type. */
export class InvalidObject extends Error {
  override readonly name = 'InvalidObject'

  constructor(path: string, expected: string) {
    super(`${path}: expected ${expected}`)
  }
}
