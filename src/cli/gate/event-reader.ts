/** One server-sent event. */
export interface ServerEvent {
  readonly name: string
  readonly data: string
}

/** No answer is near as long; a stream without line ends is none of ours. */
const MAX_EVENT = 1_048_576

/**
 * Reads server-sent events. Comments come as undefined: they tell that the connection lives. Throws a RangeError for an
 * endless event. https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncIterable<ServerEvent | undefined> {
  let text = ''
  for await (const chunk of decoded(body)) {
    text = (text + chunk).replaceAll('\r\n', '\n')
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    if (text.length > MAX_EVENT) throw new RangeError('an event without end')
    for (const block of blocks) yield eventOf(block)
  }
}

async function* decoded(body: ReadableStream<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder()
  for await (const bytes of body) yield decoder.decode(bytes, { stream: true })
}

function eventOf(block: string): ServerEvent | undefined {
  const fields = block.split('\n').map((line) => /^([^:]+):\s?(.*)$/.exec(line))
  const values = (name: string): string[] =>
    fields.filter((field) => field?.[1] === name).map((field) => field?.[2] ?? '')
  const data = values('data')
  if (data.length === 0) return undefined
  return { name: values('event').at(-1) ?? 'message', data: data.join('\n') }
}
