import type { AppEvent } from '../event.ts'

/** What is sent to a target: the body, and headers beside those that every request has. */
export interface Message {
  readonly contentType: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Turns an event into what a kind of receiver understands; null when it has no word for it. */
export type Format = (event: AppEvent) => Message | null

export function json(value: unknown, contentType = 'application/json'): Message {
  return { contentType, headers: {}, body: JSON.stringify(value) }
}

export function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
