import { once } from 'node:events'
import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import t, { type Test } from 'tap'
import { readBounded, readStart } from '../../src/lib/read-bounded.ts'

const parts = (...texts: readonly string[]) => Readable.from(texts.map((text) => Buffer.from(text)))

t.test('a body is read whole, as long as it is within its bound', async (t) => {
  t.equal(String(await readBounded(parts('ab', 'cd'), 4)), 'abcd')
  t.equal(String(await readBounded(parts(), 0)), '')
  await t.rejects(readBounded(parts('ab', 'cde'), 4), {
    name: 'BodyTooLargeError',
    message: 'an answer of more than 4 bytes',
  })
  const own = (maxBytes: number) => new RangeError(`more than ${maxBytes}`)
  await t.rejects(readBounded(parts('abcde'), 4, own), { name: 'RangeError', message: 'more than 4' })
  await t.rejects(readBounded(Readable.from(['text']), 10), { name: 'TypeError' })
})

t.test('of a body the start is read', async (t) => {
  t.equal(String(await readStart(parts('ab', 'cd'), 3)), 'abc')
  t.equal(String(await readStart(parts('ab'), 3)), 'ab')
  t.equal(String(await readStart(parts('abcdef'), 3)), 'abc')
})

function* chunks(): Iterable<Buffer> {
  for (;;) yield Buffer.alloc(16_384)
}

/** Answers without end; resolves when the client has gone. */
async function endless(t: Test): Promise<{ readonly url: string; readonly left: Promise<void> }> {
  const server = createServer((_request, response) => {
    Readable.from(chunks()).pipe(response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const left = new Promise<void>((resolve) => {
    // Reset or ended: it is gone.
    server.once('connection', (socket) => socket.on('error', () => undefined).once('close', () => resolve()))
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { url: `http://127.0.0.1:${port}/`, left }
}

t.test('a body without end is left', async (t) => {
  for (const read of [readBounded, readStart]) {
    const { url, left } = await endless(t)
    const { body } = await fetch(url)
    if (body === null) throw new TypeError('a body was expected')
    const outcome = await read(body, 50_000).then(
      (bytes) => bytes.length,
      (error: unknown) => error,
    )
    if (read === readStart) t.equal(outcome, 50_000)
    else t.match(outcome, { name: 'BodyTooLargeError' })
    await left
  }
})
