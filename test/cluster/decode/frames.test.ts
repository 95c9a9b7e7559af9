import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { DecodeError } from '../../../src/cluster/decode/decode-error.ts'
import { LengthPrefixedSplitter, LineSplitter } from '../../../src/cluster/decode/frames.ts'

const payloads = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 })

/** Cuts bytes at these places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b)
  return [0, ...sorted].map((from, index) => bytes.subarray(from, sorted[index] ?? bytes.length))
}

function prefixed(payload: Uint8Array): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt32BE(payload.length)
  return Buffer.concat([head, payload])
}

t.test('length-prefixed frames come out whole however the bytes are cut', async (t) => {
  fc.assert(
    fc.property(payloads, fc.array(fc.nat(2000)), (frames, places) => {
      const splitter = new LengthPrefixedSplitter()
      const out = cut(Buffer.concat(frames.map(prefixed)), places).flatMap((chunk) =>
        [...splitter.push(chunk)].map((frame) => frame.toString('hex')),
      )
      assert.deepEqual(
        out,
        frames.map((frame) => Buffer.from(frame).toString('hex')),
      )
      assert.equal(splitter.pending, 0)
    }),
    { numRuns: 500 },
  )
  t.pass('holds')
})

t.test('lines come out whole however the bytes are cut, empty ones are skipped', async (t) => {
  const line = fc.string({ maxLength: 20 }).map((text) => text.replaceAll('\n', ''))
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(500)), (lines, places) => {
      const splitter = new LineSplitter()
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''))
      const out = cut(bytes, places).flatMap((chunk) =>
        [...splitter.push(chunk)].map((frame) => frame.toString()),
      )
      assert.deepEqual(
        out,
        lines.filter((text) => text !== ''),
      )
    }),
    { numRuns: 300 },
  )
  t.pass('holds')
})

t.test('a frame longer than any object is refused at once', async (t) => {
  const head = Buffer.from([0x7f, 0xff, 0xff, 0xff, 1, 2, 3])
  t.throws(() => [...new LengthPrefixedSplitter().push(head)], new DecodeError('a frame of 2147483647 bytes'))
  const splitter = new LineSplitter()
  const mebibyte = Buffer.alloc(1024 * 1024, 0x61)
  t.throws(() => {
    for (let i = 0; i < 20; i += 1)
      for (const frame of splitter.push(mebibyte)) t.fail(`${frame.length} bytes`)
  }, DecodeError)
})

t.test('an incomplete frame is known to be pending', async (t) => {
  const splitter = new LengthPrefixedSplitter()
  t.same([...splitter.push(prefixed(Buffer.from('abc')).subarray(0, 5))], [])
  t.equal(splitter.pending, 5)
})
