import t from 'tap'
import { parseNotifySettings } from '../../src/notify/settings.ts'

t.test('targets', async (t) => {
  t.equal(parseNotifySettings(undefined, undefined), null, 'none')
  t.equal(parseNotifySettings(' , ', { targets: [] }), null)
  const settings = parseNotifySettings('http://to%20ken@a.example/x, https://u:p@b.example', undefined)
  t.match(settings?.targets, [
    { name: /^notify-[0-9a-f]{8}$/, format: 'akkeris', headers: { authorization: 'to ken' } },
    { name: /^notify-[0-9a-f]{8}$/, headers: { authorization: 'Basic dTpw' } },
  ])
  t.equal(settings?.targets[0]?.url.href, 'http://a.example/x')
  const bad = (variable: string | undefined, file: unknown, message: RegExp) => {
    t.throws(
      () => parseNotifySettings(variable, file),
      { name: 'NotifySettingsError', message },
      String(message),
    )
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
    parseNotifySettings(undefined, { targets: [{ name: 'a', url: 'http://x', headers: given }] })?.targets ??
    []
  t.strictSame(named?.headers, { 'content-type': 'text/x', 'x-key': 'read from a file' })
  const twice = { name: 'a', url: 'http://x' }
  bad(undefined, { targets: [twice, twice] }, /two targets are named a/)
})

t.test(
  'the name of a URL in NOTIFY stays, whatever else is in the list, and whatever its token',
  async (t) => {
    const names = (list: string) => parseNotifySettings(list, undefined)?.targets.map(({ name }) => name)
    const [one = '', other = ''] = names('http://a.example/x,http://b.example') ?? []
    t.not(one, other)
    t.strictSame(names('http://b.example, http://new@a.example/x'), [other, one])
    t.strictSame(names('http://k@a.example/x,http://l@a.example/x'), [one, `${one}-2`], 'the same URL twice')
  },
)
