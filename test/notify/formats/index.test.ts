import { readFileSync } from 'node:fs'
import t from 'tap'
import { boundAdvice } from '../../../src/notify/event.ts'
import { FORMAT_NAMES, FORMATS } from '../../../src/notify/formats/index.ts'
import { event } from '../events.ts'

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

t.test('where there are several clusters', (t) => {
  const named = event({ cluster: 'north' })
  t.match(parsed(FORMATS.generic(named)?.body), { cluster: 'north' })
  t.match(parsed(FORMATS.cloudevents(named)?.body), { data: { cluster: 'north' } })
  t.match(parsed(FORMATS.slack(named)?.body), { text: /^\*shop\* in prod \(north\) crashed/ })
  t.same(FORMATS.akkeris(named), FORMATS.akkeris(event()), 'the fields of apps-watcher and no others')
  t.end()
})

t.test('what to do about it', async (t) => {
  const advised = event({ remedy: 'Raise <it>.', next: 'kubectl logs a -n prod -c app' })
  t.match(parsed(FORMATS.generic(advised)?.body), { remedy: 'Raise <it>.', next: advised.next })
  t.match(parsed(FORMATS.cloudevents(advised)?.body), { data: { next: advised.next } })
  t.match(
    parsed(FORMATS.generic(event())?.body),
    { remedy: null, next: null },
    'an event of an older version',
  )
  const slack = parsed(FORMATS.slack(advised)?.body)
  t.match(slack, { text: /ended &lt;1&gt;\.\nRaise &lt;it&gt;\.\n`kubectl logs a -n prod -c app`$/ })
  t.notMatch(FORMATS.akkeris(advised)?.body, /Raise|kubectl/, 'the fields of apps-watcher and no others')
  const long = boundAdvice({ remedy: 'x'.repeat(1000), next: 'y'.repeat(1000) })
  t.equal(Buffer.byteLength(long.remedy ?? ''), 400)
  t.equal(long.next, null, 'a command that is cut is another one')
})

t.test('every format is documented', async (t) => {
  const text = readFileSync(new URL('../../../docs/notifications.md', import.meta.url), 'utf8')
  const [, listed = ''] = /^ +format: \w+ # (.*)$/m.exec(text) ?? []
  const names = listed.replaceAll(/ \(.*?\)/g, '').split(', ')
  t.same(names.toSorted(), [...FORMAT_NAMES].toSorted())
})
