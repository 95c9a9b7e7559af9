import t from 'tap'
import { FORMATS } from '../../src/notify/formats/index.ts'
import { codeOfEnd } from '../../src/notify/reconcile/legacy-code.ts'
import { notifySettings } from '../../src/notify/settings.ts'
import { event } from './events.ts'

function parsed(text: string | undefined): unknown {
  return JSON.parse(text ?? 'null')
}

t.test('formats', async (t) => {
  t.equal(FORMATS.akkeris(event({ kind: 'recovered' })), null, 'apps-watcher knew no recoveries')
  t.equal(FORMATS.akkeris(event({ legacy: false })), null, 'nor apps without its label')
  t.equal(FORMATS.akkeris(event({ code: null })), null, 'nor exits that it did not call crashes')
  t.match(parsed(FORMATS.akkeris(event())?.body), {
    description: 'App crashed',
    crashed_at: '2023-11-14T22:13:20.000Z',
  })
  const structured = FORMATS.cloudevents(event())
  t.match(structured?.contentType, /^application\/cloudevents\+json/)
  t.match(parsed(structured?.body), {
    specversion: '1.0',
    id: '0123',
    type: 'dev.lynceus.app.crashed',
    source: '/lynceus/namespaces/prod',
    data: { kind: 'crashed', count: 2, code: 'H10' },
  })
  const binary = FORMATS['cloudevents-binary'](event({ app: 'größe 1%' }))
  t.match(binary?.headers, {
    'ce-specversion': '1.0',
    'ce-id': '0123',
    'ce-subject': 'gr%C3%B6%C3%9Fe%201%25',
  })
  t.match(parsed(binary?.body), { kind: 'crashed' })
  t.match(parsed(FORMATS.slack(event())?.body), {
    text: /^\*shop\* in prod crashed: container .*&lt;1&gt;/,
  })
  t.match(parsed(FORMATS.generic(event())?.body), { app: { name: 'shop', namespace: 'prod' }, release: null })
})

t.test('legacy codes of ends', async (t) => {
  const table = [
    ['OOMKilled', 137, 'R14'],
    ['Error', 1, 'H10'],
    ['Error', 139, 'H10'],
    ['Error', 137, null],
    ['Error', 143, null],
    ['Error', 127, null],
    ['Completed', 0, 'H8'],
    ['ContainerCannotRun', 127, 'H9'],
    ['StartError', 128, 'H9'],
  ] as const
  for (const [reason, exitCode, code] of table)
    t.equal(codeOfEnd({ reason, exitCode }), code, `${reason} ${exitCode}`)
})

t.test('targets', async (t) => {
  t.equal(notifySettings(undefined, undefined), null, 'none')
  t.equal(notifySettings(' , ', { targets: [] }), null)
  const settings = notifySettings('http://to%20ken@a.example/x, https://u:p@b.example', undefined)
  t.match(settings?.targets, [
    { name: /^notify-[0-9a-f]{8}$/, format: 'akkeris', headers: { authorization: 'to ken' } },
    { name: /^notify-[0-9a-f]{8}$/, headers: { authorization: 'Basic dTpw' } },
  ])
  t.equal(settings?.targets[0]?.url.href, 'http://a.example/x')
  const bad = (variable: string | undefined, file: unknown, message: RegExp) => {
    t.throws(() => notifySettings(variable, file), { name: 'NotifySettingsError', message }, String(message))
  }
  bad('ftp://hidden@x', undefined, /^target 1 of NOTIFY: its URL must be http or https$/)
  bad('http://hidden@', undefined, /^target 1 of NOTIFY: its URL is not valid$/)
  bad(
    undefined,
    { targets: [{ name: 'a', url: 'http://x', secrets: ['hidden'] }] },
    /^target a: a secret is not valid$/,
  )
  bad(undefined, { targets: [{ name: 'a', url: 'http://x', tpyo: 1 }] }, /not valid at/)
  const headers = { 'x-key': 'hidden\nhidden' }
  bad(
    undefined,
    { targets: [{ name: 'a', url: 'http://x', headers }] },
    /^target a: its header "x-key" is not valid$/,
  )
  bad(
    undefined,
    { targets: [{ name: 'a', url: 'http://x', headers: { 'x key': 'hidden' } }] },
    /^target a: its header "x key" is not valid$/,
  )
  for (const name of ['Transfer-Encoding', 'content-length'])
    bad(
      undefined,
      { targets: [{ name: 'a', url: 'http://x', headers: { [name]: '1' } }] },
      /^target a: its header "/,
    )
  const given = { 'X-Key': 'read from a file\n', 'Content-Type': 'text/x' }
  const [named] =
    notifySettings(undefined, { targets: [{ name: 'a', url: 'http://x', headers: given }] })?.targets ?? []
  t.strictSame(named?.headers, { 'content-type': 'text/x', 'x-key': 'read from a file' })
  const twice = { name: 'a', url: 'http://x' }
  bad(undefined, { targets: [twice, twice] }, /two targets are named a/)
})

t.test(
  'the name of a URL in NOTIFY stays, whatever else is in the list, and whatever its token',
  async (t) => {
    const names = (list: string) => notifySettings(list, undefined)?.targets.map(({ name }) => name)
    const [one = '', other = ''] = names('http://a.example/x,http://b.example') ?? []
    t.not(one, other)
    t.strictSame(names('http://b.example, http://new@a.example/x'), [other, one])
    t.strictSame(names('http://k@a.example/x,http://l@a.example/x'), [one, `${one}-2`], 'the same URL twice')
  },
)
