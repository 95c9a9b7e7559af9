import fc from 'fast-check'
import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import t from 'tap'
import { Sender } from '../../../src/notify/delivery/sender.ts'
import { buildSignatureHeaders, parseSecret } from '../../../src/notify/delivery/signature.ts'
import { parseNotifySettings } from '../../../src/notify/settings.ts'
import { LOCAL, Receiver } from '../receiver.ts'

const now = () => Date.now() / 1000
const SECRETS = [24, 32, 64].map((bytes) => `whsec_${Buffer.alloc(bytes, bytes).toString('base64')}`)
const [SECRET = '', OTHER = '', THIRD = ''] = SECRETS
/** What the library of Standard Webhooks tolerates, seconds. */
const TOLERANCE = 300

/** Whether a receiver with this secret takes it, by the library of Standard Webhooks. */
function verifies(secret: string, headers: Record<string, string>, body: string): boolean {
  try {
    new Webhook(secret).verify(body, headers, { jsonParse: false })
    return true
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error
    return false
  }
}

t.test('what is signed verifies, whatever it is', async () => {
  const keys = [parseSecret(SECRET)]
  fc.assert(
    fc.property(fc.uuid(), fc.string({ unit: 'binary' }), (id, body) =>
      verifies(SECRET, buildSignatureHeaders(id, body, keys, now()), body),
    ),
  )
})

t.test('what was tampered with does not', async (t) => {
  const body = '{"kind":"crashed"}'
  const at = now()
  const headers = buildSignatureHeaders('id-1', body, [parseSecret(SECRET)], at)
  const timestamp = headers['webhook-timestamp'] ?? ''
  const signature = headers['webhook-signature'] ?? ''
  t.ok(verifies(SECRET, headers, body))
  t.notOk(verifies(SECRET, headers, '{"kind":"crashes"}'), 'another body')
  t.notOk(verifies(SECRET, headers, `${body} `), 'a longer body')
  t.notOk(
    verifies(SECRET, { ...headers, 'webhook-timestamp': String(Number(timestamp) + 1) }, body),
    'a time',
  )
  t.notOk(verifies(SECRET, { ...headers, 'webhook-id': 'id-2' }, body), 'an id')
  t.notOk(verifies(SECRET, { ...headers, 'webhook-signature': signature.replace('v1,', 'v2,') }, body))
  t.notOk(verifies(OTHER, headers, body), 'another secret')
  t.notOk(verifies(SECRET, buildSignatureHeaders('id-1', body, [], at), body), 'no secret')
})

t.test('what is old, or of the future, does not', async (t) => {
  const keys = [parseSecret(SECRET)]
  const verifiesAt = (at: number) => verifies(SECRET, buildSignatureHeaders('id-1', '{}', keys, at), '{}')
  t.ok(verifiesAt(now() - TOLERANCE + 60))
  t.notOk(verifiesAt(now() - TOLERANCE - 60))
  t.notOk(verifiesAt(now() + TOLERANCE + 60))
})

t.test('each secret signs, so that they can be exchanged', async (t) => {
  const headers = buildSignatureHeaders('id-1', '{}', [SECRET, OTHER].map(parseSecret), now())
  t.ok(verifies(SECRET, headers, '{}'))
  t.ok(verifies(OTHER, headers, '{}'))
  t.notOk(verifies(THIRD, headers, '{}'))
})

t.test('what arrives verifies', async (t) => {
  const receiver = await new Receiver().start(t)
  const settings = parseNotifySettings(undefined, {
    targets: [{ name: 'chat', url: receiver.url, secrets: [SECRET, OTHER] }],
  })
  const [target] = settings?.targets ?? []
  if (target === undefined) throw new TypeError('a target was expected')
  const sender = new Sender(target, LOCAL, now)
  t.teardown(() => sender.close())
  const message = { contentType: 'application/json', body: '{"app":"größe 😀"}', headers: {} }
  const attempt = await sender.send({ id: 'id-1' }, message, new AbortController().signal)
  t.match(attempt, { status: 200 })
  const [request] = receiver.received
  const headers = Object.fromEntries(
    Object.entries(request?.headers ?? {}).map(([name, value]) => [name, String(value)]),
  )
  t.ok(verifies(SECRET, headers, request?.text ?? ''))
  t.ok(verifies(OTHER, headers, request?.text ?? ''))
  t.notOk(verifies(SECRET, headers, '{"app":"other"}'))
})

t.test('what is no secret is refused and not repeated', async (t) => {
  for (const secret of ['whsec_', 'whsec_c2hvcnQ=', `whsec_${Buffer.alloc(65).toString('base64')}`, 'a b!'])
    t.throws(() => parseSecret(secret), { message: /^a secret must be whsec_ and 24 to 64 bytes in base64$/ })
})
