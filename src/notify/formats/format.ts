import type { AppEvent } from '../event.ts'

/** What is sent to a target: the body, and headers besides those of every request. */
export interface Message {
  readonly contentType: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Builds the message for a kind of receiver; null when the format has none for the event. */
export type Format = (event: AppEvent) => Message | null

export function json(value: unknown, contentType = 'application/json'): Message {
  return { contentType, headers: {}, body: JSON.stringify(value) }
}

export function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
