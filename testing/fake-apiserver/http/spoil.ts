import type { Encoding } from '../store/encoding.ts'
import { watchFrame } from '../wire/envelope.ts'
import type { Corruption } from './faults.ts'

/** A frame length no honest server sends: 1 GiB. */
const OVERSIZED_FRAME = 2 ** 30
/** A line no honest server sends, in JSON: 64 MiB. */
const OVERSIZED_LINE = 64 * 1024 * 1024
const NONSENSE = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x07, 0x00, 0x13, 0x37])

/** Bytes that a watch sends when it is to be spoiled. */
export function spoiledBytes(how: Corruption, encoding: Encoding): Buffer {
  return encoding === 'json' ? spoiledJson(how) : spoiledProtobuf(how)
}

function spoiledJson(how: Corruption): Buffer {
  switch (how) {
    case 'garbage':
      return Buffer.from('<html>502 Bad Gateway</html>\n')
    case 'truncated':
      return Buffer.from('{"type":"MODIFIED","object":{"kind":"Po')
    case 'oversized':
      return Buffer.alloc(OVERSIZED_LINE, 'x')
    case 'nonsense':
      return Buffer.from('{"type":"MODIFIED","object":[1,2,3]}\n')
  }
}

function spoiledProtobuf(how: Corruption): Buffer {
  switch (how) {
    case 'garbage':
      return Buffer.concat([Buffer.from([0, 0, 0, NONSENSE.length]), NONSENSE])
    case 'truncated':
      return Buffer.from([0, 0, 4, 0, 0x0a, 0x08])
    case 'oversized': {
      const header = Buffer.alloc(8)
      header.writeUInt32BE(OVERSIZED_FRAME)
      return header
    }
    case 'nonsense': {
      const { head, tail } = watchFrame('MODIFIED', { apiVersion: 'v1', kind: 'Pod' }, NONSENSE.length)
      return Buffer.concat([head, NONSENSE, tail])
    }
  }
}
