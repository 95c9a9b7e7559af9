import { ApiStatusError } from '../cluster/client/errors.ts'
import { errorName } from '../lib/error-chain.ts'

/** The log of the notifier. */
export interface Log {
  info(details: object, message: string): void
  warn(details: object, message: string): void
}

/** An error for readers who may not see the log: without paths and response bodies. */
export function summarizeError(error: unknown): string {
  if (error instanceof ApiStatusError) return `status ${error.status}`
  return errorName(error)
}
