/** Deeper causes add nothing for a reader, and a chain that leads back to itself has no end. */
const MAX_ERRORS = 5

/**
 * An error and its causes in one text: `message: cause: cause`. A cause that its error's message repeats is left out. Do
 * not call it where a message may quote a secret: parsers quote what they read, clients the URL they were given.
 */
export function errorChain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const messages: string[] = []
  let cause: unknown = error
  for (let count = 0; cause instanceof Error && count < MAX_ERRORS; count += 1) {
    const message = describe(cause)
    if (!messages.some((before) => before.includes(message))) messages.push(message)
    cause = cause.cause
  }
  return messages.join(': ')
}

/** The code of a system error, else the class of the error: says what broke without any address, path or content. */
export function errorName(error: unknown): string {
  return errorCode(error) ?? (error instanceof Error ? error.name : 'unknown error')
}

/** The code of a system error, such as ENOENT. */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}

/** Node connects to all addresses of a name and says nothing itself when each fails: its errors do. */
function describe(error: Error): string {
  if (error.message !== '') return error.message
  if (!(error instanceof AggregateError)) return error.name
  return [...new Set(error.errors.map(errorChain))].join(', ')
}
