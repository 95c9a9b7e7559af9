import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'
import t from 'tap'
import { notify } from '../../src/cli/notify.ts'
import { parseNotifySettings } from '../../src/notify/settings.ts'
import { Receiver } from '../notify/receiver.ts'
import { context, run as runProgram } from './lynceus.ts'

/** In this process; only the exit codes of errors need another. */
async function run(args: readonly string[], env: Readonly<Record<string, string>>) {
  const stdout = new PassThrough()
  const said = text(stdout)
  const code = await notify.run({ ...context(args, env), stdout })
  stdout.end()
  return { code, stdout: await said }
}

/** The name of a target of NOTIFY. */
function nameOf(url: string): string {
  return parseNotifySettings(url, undefined)?.targets[0]?.name ?? ''
}

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const LOOPBACK = { LYNCEUS_NOTIFY_ALLOW_LOOPBACK: 'true' }

t.test('a sample arrives signed, and the printed exchange contains no secret', async (t) => {
  const receiver = await new Receiver().start(t)
  const target = {
    name: 'chat',
    url: receiver.url.replace('http://', 'http://user:pass-word@'),
    secrets: [SECRET],
    headers: { 'x-api-key': 'key-value' },
    kinds: ['crashed'],
  }
  const file = join(t.testdir({ 'notify.yaml': JSON.stringify({ targets: [target] }) }), 'notify.yaml')
  const args = ['test', 'chat', '--notify-file', file]
  const { stdout, code } = await run([...args, '--event', 'released'], LOOPBACK)
  t.equal(code, 0)
  const [request] = receiver.received
  t.match(request?.body, { kind: 'released', app: { name: 'lynceus-test' }, release: { id: 'test-release' } })
  const headers = Object.fromEntries(
    Object.entries(request?.headers ?? {}).map(([name, value]) => [name, String(value)]),
  )
  t.same(new Webhook(SECRET).verify(request?.text ?? '', headers), request?.body)
  t.equal(request?.headers.authorization, `Basic ${Buffer.from('user:pass-word').toString('base64')}`)
  t.match(stdout, '> POST http://*** (format generic, signed)\n')
  t.match(stdout, '> authorization: ***\n> x-api-key: ***\n')
  t.match(stdout, `> webhook-id: ${request?.headers['webhook-id']}\n`)
  t.match(stdout, '> webhook-signature: ***\n')
  t.match(stdout, `> ${request?.text}\n`)
  t.match(stdout, /< status 200 after \d+ ms\n/)
  t.match(stdout, 'chat: delivered\n')
  t.match(stdout, 'chat: its filter excludes released; it gets only crashed\n')
  t.notMatch(stdout, /pass-word|key-value|127\.0\.0\.1|\/hook|BwcHBw|v1,/)
})

t.test('it says what the notifier would do after each answer', async (t) => {
  const receiver = await new Receiver().start(t)
  const env = { ...LOOPBACK, NOTIFY: receiver.url.replace('http://', 'http://token-1@') }
  receiver.answer((response) => response.writeHead(503, { 'retry-after': '60' }).end(), 410, 302, 404)
  const expected = [
    ['< status 503 after', 'retry-after 60 s', 'try again after 60 s'],
    ['< status 410 after', 'disable the target'],
    ['< status 302 after', 'give the event up (status 302)'],
    ['< status 404 after', 'give the event up (status 404)'],
  ]
  for (const words of expected) {
    const { stdout, code } = await run(['test', nameOf(env.NOTIFY)], env)
    t.equal(code, 1)
    for (const word of words) t.match(stdout, word)
    t.notMatch(stdout, /token-1|127\.0\.0\.1/)
  }
  t.match(receiver.received[0]?.body, { action: 'crashed', code: 'H10', app: { name: 'lynceus-test' } })
})

t.test('a target that cannot be reached, or may not be', async (t) => {
  const testOf = (url: string) => ['test', nameOf(url)]
  const url = 'http://127.0.0.1:1/secret'
  const closed = await run(testOf(url), { ...LOOPBACK, NOTIFY: url })
  t.equal(closed.code, 1)
  t.match(closed.stdout, /< no answer after \d+ ms: ECONNREFUSED\n/)
  t.match(closed.stdout, 'try again after 5 s')
  const local = 'http://localhost:1/secret'
  const refused = await run(testOf(local), { NOTIFY: local })
  t.equal(refused.code, 1)
  t.match(refused.stdout, 'which is refused')
  t.notMatch(closed.stdout + refused.stdout, /secret|127\.0\.0\.1|localhost/)
})

t.test('list prints the targets and their filters', async (t) => {
  const targets = [
    { name: 'chat', url: 'https://chat.example/T0/s3cret', format: 'slack', kinds: ['crashed'] },
  ]
  const file = join(t.testdir({ 'notify.json': JSON.stringify({ targets }) }), 'notify.json')
  const env = { NOTIFY: 'https://hook.example/other', LYNCEUS_NOTIFY_FILE: file }
  const { stdout, code } = await run(['list'], env)
  t.equal(code, 0)
  t.equal(stdout, `${nameOf(env.NOTIFY)}\takkeris\tall\nchat\tslack\tkinds=crashed\n`)
})

t.test('usage', async (t) => {
  const env = { NOTIFY: 'https://chat.example/s3cret' }
  const name = nameOf(env.NOTIFY)
  const cases: readonly (readonly [args: string[], env: Record<string, string>, says: string])[] = [
    [['test', name], {}, 'no targets: set NOTIFY, or --notify-file with targets'],
    [['test', 'chat'], env, `unknown target "chat"; the targets are ${name}`],
    [['test'], env, 'expected "test TARGET" or "list"'],
    [['send', name], env, 'expected "test TARGET" or "list"'],
    [['test', name, '--event', 'recovered'], env, 'the format akkeris has no message for recovered'],
  ]
  for (const [args, given, message] of cases) await t.rejects(run(args, given), { message })
  const finished = await runProgram(['notify', 'test', name, '--event', 'born'], env)
  t.equal(finished.code, 2)
  t.match(finished.stderr, /one of crashed, recovered/)
  t.match((await run(['--help'], {})).stdout, 'lynceus notify test TARGET')
})
