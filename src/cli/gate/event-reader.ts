import { type EventSourceMessage, EventSourceParserStream } from 'eventsource-parser/stream'

/** No answer is near as long; a stream without line ends is none of ours, characters. */
const MAX_EVENT_CHARACTERS = 1_048_576

/**
 * Reads server-sent events; `heard` is called for each comment, which tells that the connection lives. Throws a ParseError
 * for an endless event. https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export function readEvents(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  heard: () => void,
): AsyncIterable<EventSourceMessage> {
  return body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream({ onComment: heard, maxBufferSize: MAX_EVENT_CHARACTERS }))
}
