import { ApiStatusError } from '../cluster/client/errors.ts'
import { errorName } from '../lib/error-chain.ts'

/** Where the notifier says what people should know. */
export interface Log {
  info(details: object, message: string): void
  warn(details: object, message: string): void
}

/** An error in a word, for those who may not see the log: without paths and answers. */
export function summarizeError(error: unknown): string {
  if (error instanceof ApiStatusError) return `status ${error.status}`
  return errorName(error)
}
