import { Writable } from 'node:stream'
import t from 'tap'
import type { Answer } from '../../../src/analyze/answer-schema.ts'
import { ServerGate } from '../../../src/cli/gate/server-gate.ts'
import { parseAccess } from '../../../src/cluster/client/access.ts'
import { loadConfig } from '../../../src/config/load-config.ts'
import { startService } from '../../../src/service.ts'
import { gateScene } from '../gate-scene.ts'

t.test('a newer revision that came while the server was away supersedes the one waited for', async (t) => {
  const { service, server, slowly, api } = await gateScene(t, t.testdir({}))
  const parameters = { namespace: 'shop', kind: 'deployment', name: 'slow', settle: '0s', detail: 'full' }
  const gate = new ServerGate({ server: new URL(server), env: {}, parameters, timeoutSeconds: 60 }, () => 1)
  const answers: Answer[] = []
  const first = Promise.withResolvers<void>()
  const trouble: string[] = []
  const end = gate.wait(
    {
      answer: (answer) => {
        answers.push(answer)
        first.resolve()
      },
      trouble: (message) => trouble.push(message),
      note: (message) => t.fail(message),
    },
    new AbortController().signal,
  )
  await first.promise
  await service.stop(0)

  slowly.release('app:2')
  const pod = slowly.addPod('app:2')
  pod.starts()
  pod.becomesReady()
  const again = await startService({
    config: loadConfig({ flags: { host: '127.0.0.1', port: new URL(server).port }, env: {} }),
    cluster: parseAccess(api.kubeconfig()),
    logTo: new Writable({ write: (_chunk, _encoding, done) => done() }),
  })
  t.teardown(() => again.stop(0))

  const ended = await end
  t.match(ended, {
    type: 'final',
    answer: { verdict: 'fail', code: 'superseded', revision: answers[0]?.revision },
  })
  t.ok(trouble.length > 0, 'the loss of the connection was answers')
  t.notOk(
    answers.some(({ verdict }, at) => verdict === 'pass' && at < answers.length - 1),
    'no pass before',
  )
})
