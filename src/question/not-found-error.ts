/** Nothing in the cluster is what the question names. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError'
}
