import { ApiStatusError } from '../cluster/client/errors.ts'

/** Where the notifier says what people should know. */
export interface Log {
  info(details: object, message: string): void
  warn(details: object, message: string): void
}

/** An error in a word, for those who may not see the log: without paths and answers. */
export function brief(error: unknown): string {
  if (error instanceof ApiStatusError) return `status ${error.status}`
  return error instanceof Error ? error.name : 'unknown error'
}

/** An error in a few words. */
export function told(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
