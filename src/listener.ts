/** An error and its causes in one line. */
export function chain(error: unknown): string {
  const parts: string[] = []
  for (let cause = error; cause instanceof Error && parts.length < 5; cause = cause.cause)
    parts.push(cause.message)
  return parts.join(': ')
}
