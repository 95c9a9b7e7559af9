/** Nothing in the cluster matches the target of the question. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError'
}
