import { once } from 'node:events'
import { createServer } from 'node:http'
import t from 'tap'
import { type Answer, Asker } from '../../../testing/demo/asker.ts'

t.test('changes of an answer', async (t) => {
  const answers = [
    { status: 404, body: { code: 'not-found', detail: 'No such hash.' } },
    { status: 200, body: { verdict: 'pending', code: null, message: 'Starting.' } },
    { status: 200, body: { verdict: 'pending', code: null, message: 'Starting still.' } },
    { status: 200, body: { verdict: 'fail', code: 'process-crashing', message: 'It crashes.' } },
  ]
  const server = createServer((_request, response) => {
    const { status, body } = (answers.length > 1 ? answers.shift() : answers[0]) ?? { status: 500, body: {} }
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const told: Answer[] = []
  const asker = new Asker(`http://127.0.0.1:${port}`, '/analyze', (answer) => told.push(answer))
  const running = asker.run()
  t.ok(await asker.until('fail', 'process-crashing', 20), 'it comes to the expected answer')
  asker.stop()
  await running
  t.same(
    told.map(({ verdict, code, message }) => [verdict, code, message]),
    [
      ['http 404', 'not-found', 'No such hash.'],
      ['pending', null, 'Starting.'],
      ['fail', 'process-crashing', 'It crashes.'],
    ],
    'only what is new is told',
  )
  t.notOk(await asker.until('pass', null, 0), 'or not')
})
