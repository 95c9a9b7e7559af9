/** Where the notifier says what people should know. */
export interface Log {
  info(details: object, message: string): void
  warn(details: object, message: string): void
}

/** An error in a few words. */
export function told(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
