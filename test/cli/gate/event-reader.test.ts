import fc from 'fast-check'
import t from 'tap'
import { readEvents } from '../../../src/cli/gate/event-reader.ts'

interface Heard {
  readonly events: readonly (readonly [name: string | undefined, data: string])[]
  readonly comments: number
}

/** Reads a stream that comes in these pieces. */
async function read(pieces: readonly Uint8Array<ArrayBuffer>[]): Promise<Heard> {
  let comments = 0
  const events: [string | undefined, string][] = []
  const body = ReadableStream.from(pieces)
  for await (const { event, data } of readEvents(body, () => {
    comments += 1
  }))
    events.push([event, data])
  return { events, comments }
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

const STREAM =
  'retry: 2000\n\n: still waiting\n\nid: 1\nevent: verdict\ndata: {"a": "ä😀"}\n\n' +
  'event: progress\r\ndata: one\r\ndata:two\r\n\r\n:\n\nevent: nothing\n\ndata: plain\n\ndata: cut'
const HEARD: Heard = {
  events: [
    ['verdict', '{"a": "ä😀"}'],
    ['progress', 'one\ntwo'],
    [undefined, 'plain'],
  ],
  comments: 2,
}

t.test('events and comments, however the stream comes in pieces', async (t) => {
  t.same(await read([bytes(STREAM)]), HEARD)
  const whole = bytes(STREAM)
  const cuts = fc.array(fc.nat({ max: whole.length }), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(cuts, async (places) => {
      const at = [0, ...places.toSorted((a, b) => a - b), whole.length]
      const pieces = at.slice(1).map((end, index) => whole.slice(at[index], end))
      return JSON.stringify(await read(pieces)) === JSON.stringify(HEARD)
    }),
  )
})

t.test('an event without end is refused', async (t) => {
  const piece = bytes(`data: ${'x'.repeat(300_000)}`)
  await t.rejects(read([piece, piece, piece, piece]), { name: 'ParseError' })
})
