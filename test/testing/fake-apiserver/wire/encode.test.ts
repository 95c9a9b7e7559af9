import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import { isObject, type JsonObject, stringAt } from '../../../../testing/fake-apiserver/json.ts'
import { compileSchema } from '../../../../testing/fake-apiserver/schema/messages.ts'
import { seedDeployments, seedPods, seedReplicaSets } from '../../../../testing/fake-apiserver/seed.ts'
import { canonical } from '../../../../testing/fake-apiserver/wire/canonical.ts'
import { decodeMessage } from '../../../../testing/fake-apiserver/wire/decode.ts'
import { encodeMessage } from '../../../../testing/fake-apiserver/wire/encode.ts'
import { envelope } from '../../../../testing/fake-apiserver/wire/envelope.ts'
import { InvalidObject } from '../../../../testing/fake-apiserver/wire/invalid-object.ts'
import { WireReader } from '../../../../testing/fake-apiserver/wire/reader.ts'
import { ReverseWriter } from '../../../../testing/fake-apiserver/wire/reverse-writer.ts'

const message = compileSchema()

function encode(kind: string, object: JsonObject): Buffer {
  const writer = new ReverseWriter()
  encodeMessage(writer, message(kind), object)
  return writer.take()
}

t.test('objects of a real API server 1.34: JSON is kept, protobuf is the same to the byte', async (t) => {
  const fixtures: unknown = JSON.parse(
    readFileSync(new URL('../fixtures/real-objects.json', import.meta.url), 'utf8'),
  )
  t.ok(Array.isArray(fixtures) && fixtures.length === 9, 'one of each kind')
  for (const fixture of Array.isArray(fixtures) ? fixtures : []) {
    if (!isObject(fixture) || !isObject(fixture.json)) throw new TypeError('not a fixture')
    const { kind, apiVersion, ...object } = fixture.json
    const name = String(kind)
    t.same(canonical(message(name), object), object, `${name} in JSON`)
    const body = encode(name, object)
    const { head, tail } = envelope({ apiVersion: String(apiVersion), kind: name }, body.length)
    t.equal(
      Buffer.concat([head, body, tail]).toString('base64'),
      stringAt(fixture, 'protobuf'),
      `${name} in protobuf`,
    )
    t.same(decodeMessage(message(name), body), object, `${name} and back`)
  }
})

t.test('what is seeded is as the API server would have it', async (t) => {
  const samples: [string, Iterable<JsonObject>][] = [
    ['Pod', seedPods(3)],
    ['ReplicaSet', seedReplicaSets(3)],
    ['Deployment', seedDeployments(3)],
  ]
  for (const [kind, objects] of samples) {
    for (const object of objects) {
      const expected = canonical(message(kind), object)
      t.same(decodeMessage(message(kind), encode(kind, expected)), expected, kind)
    }
  }
  const [pod = {}] = seedPods(1)
  const size = JSON.stringify(canonical(message('Pod'), pod)).length
  t.ok(size > 5300 && size < 5900, `a pod is about 5.6 KB: ${size}`)
})

t.test('admission', async (t) => {
  const pod = canonical(message('Pod'), {
    metadata: { name: 'a', nothing: 1, labels: {}, creationTimestamp: '2026-01-02T03:04:05.678+01:00' },
    spec: { containers: [], nodeName: '', unknown: {} },
    status: { phase: '' },
  })
  t.same(pod, {
    metadata: { name: 'a', creationTimestamp: '2026-01-02T02:04:05Z' },
    spec: { containers: null },
    status: {},
  })
  const spec = { containers: [{ name: 1 }] }
  t.throws(() => canonical(message('Pod'), { spec }), new InvalidObject('spec.containers.name', 'string'))
  t.throws(() => canonical(message('Pod'), { spec: { containers: {} } }), /spec.containers: expected a list/)
  t.throws(() => message('Nothing'), /no message Nothing/)
})

t.test('any text and number survives', async (t) => {
  const property = fc.property(
    fc.string({ unit: 'binary', maxLength: 300 }).map((text) => Buffer.from(text).toString('utf8')),
    fc.maxSafeInteger(),
    fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    (text, large, small) => {
      const object = canonical(message('Pod'), {
        metadata: { name: text, annotations: { [`k${text}`]: text }, deletionGracePeriodSeconds: large },
        spec: { priority: small, containers: [{ name: 'a', livenessProbe: { tcpSocket: { port: small } } }] },
      })
      t.strictSame(decodeMessage(message('Pod'), encode('Pod', object)), object)
    },
  )
  fc.assert(property, { numRuns: 200 })
})

t.test('bytes that are cut short are refused', async (t) => {
  const bytes = encode('Pod', canonical(message('Pod'), { metadata: { name: 'abc' } }))
  for (let length = 1; length < 20; length++) {
    const cut = bytes.subarray(0, length)
    const read = () => {
      const reader = new WireReader(cut)
      while (!reader.done) reader.field()
    }
    t.throws(read, RangeError, `${length} bytes`)
  }
})
