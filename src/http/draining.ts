import type { IncomingMessage, ServerResponse } from 'node:http'
import type { App } from './app-type.ts'

/**
 * From now on each answer closes its connection: who keeps connections opens its next one elsewhere, instead of finding
 * this one closed at the moment of asking.
 */
export function closeAfterAnswers(app: App): void {
  // In front of the router, and only from now on: until then it costs an answer nothing.
  app.server.prependListener('request', (_: IncomingMessage, response: ServerResponse) => {
    response.setHeader('connection', 'close')
  })
}
