// What apps-watcher's receivers got, from a real cluster: a release and a crash are told once each, field by field.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { Receiver } from '../../notify/receiver.ts'
import { readEnvironment } from '../support/environment.ts'
import { at, type JsonObject, text } from '../support/json.ts'
import { LynceusProcess } from '../support/lynceus-process.ts'
import { type ContainerOptions, deployment, SERVING, shell, withSpec } from '../support/manifests.ts'
import { progress } from '../support/progress.ts'
import { Scenario } from '../support/scenario.ts'
import { until } from '../support/until.ts'

const NAMESPACE = 'notifications'
const NAME = 'shop--worker'
const LABELS = { 'akkeris.io/app-name': 'shop' }
const IMAGE = 'localhost/busybox:test'

/** Longer than a container needs to crash again, and far less than the schedule of a loop (10 minutes). */
const QUIET_MS = 15_000

/** Never ready, or it would be released for a moment. */
const FAILING: ContainerOptions = {
  ...shell('sleep 2; exit 1'),
  container: { readinessProbe: { exec: { command: ['false'] } } },
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/

/** An app as apps-watcher knew it: its type is the part of the name after the two dashes. */
function app(release: string, container: ContainerOptions): JsonObject {
  const object = deployment(NAME, container)
  const template = at(object, 'spec', 'template')
  const labels = { app: NAME, ...LABELS }
  return {
    ...withSpec(object, {
      template: { metadata: { labels }, spec: at(template, 'spec') },
    }),
    metadata: { name: NAME, labels: { ...LABELS, 'akkeris.io/release-uuid': release } },
  }
}

t.test('a release and a crash are told once each', async (t) => {
  const { kubeconfig } = readEnvironment()
  const folder = mkdtempSync(join(tmpdir(), 'lynceus-notifications-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const scenario = await Scenario.start(t, NAMESPACE)
  const path = scenario.path('apps/v1', 'deployments', NAME)
  const release = (name: string, container: ContainerOptions) =>
    scenario.api.patch(path, app(name, container))
  const complete = () => scenario.expect('/analyze', { kind: 'deployment', name: NAME }, { verdict: 'pass' })

  await scenario.deploy(app('release-1', SERVING))
  await complete()
  const receiver = await new Receiver().start(t)
  const settings = {
    NOTIFY: receiver.url.replace('http://', 'http://secret@'),
    LYNCEUS_NOTIFY_ALLOW_LOOPBACK: 'true',
    LYNCEUS_NOTIFY_NAMESPACE: NAMESPACE,
  }
  const serve = async (): Promise<LynceusProcess> => {
    const lynceus = await LynceusProcess.start(kubeconfig, join(folder, 'lynceus.log'), settings)
    t.teardown(() => lynceus.stop())
    return lynceus
  }
  const first = await serve()
  await until(
    'the ledger',
    () => scenario.api.get(`/api/v1/namespaces/${NAMESPACE}/configmaps`),
    (found) => JSON.stringify(found).includes('notifier/beginning'),
  )

  await release('release-2', { ...SERVING, container: { env: [{ name: 'RELEASE', value: '2' }] } })
  const told = (count: number) =>
    until(
      `${count} notifications`,
      async () => receiver.received.length,
      (length) => length >= count,
    )
  await told(1)
  await complete()
  await release('release-3', FAILING)
  await told(2)
  await pause(QUIET_MS)

  const [released, crashed, ...more] = receiver.received.map(({ body, headers }) => ({ body, headers }))
  progress(JSON.stringify([released?.body, crashed?.body]))
  t.same(more, [], 'once each, and nothing of what was there at the start')
  t.match(released?.headers, { authorization: 'secret', 'content-type': 'application/json' })
  const app2 = { app: { name: 'shop' }, space: { name: NAMESPACE }, key: `shop-${NAMESPACE}` }
  const releasedAt = text(released?.body, 'released_at')
  t.match(releasedAt, TIME)
  t.strictSame(released?.body, {
    ...app2,
    dyno: { type: 'worker' },
    release: { id: 'release-2' },
    action: 'released',
    slug: { image: IMAGE },
    released_at: releasedAt,
  })
  const crashedAt = text(crashed?.body, 'crashed_at')
  const dyno = text(crashed?.body, 'dynos', 0, 'dyno')
  t.match(crashedAt, TIME)
  t.match(dyno, /^[a-z0-9]+\.[a-z0-9]+$/, 'without the name of its owner')
  t.strictSame(crashed?.body, {
    ...app2,
    dynos: [{ dyno, type: 'worker' }],
    action: 'crashed',
    description: 'App crashed',
    code: 'H10',
    restarts: crashed?.body.restarts,
    crashed_at: crashedAt,
  })

  /** Ends the replica that sends, releases at that very moment, and says when the other one has told of it. */
  const takeover = async (how: string, end: () => Promise<unknown>, name: string): Promise<void> => {
    const began = Date.now()
    await Promise.all([
      end(),
      release(name, { ...SERVING, container: { env: [{ name: 'RELEASE', value: name }] } }),
    ])
    const ids = () => receiver.received.map(({ body }) => at(body, 'release', 'id'))
    // What is left of the crashes is told, too, when their pod goes.
    await until(
      name,
      async () => ids(),
      (found) => found.includes(name),
    )
    const seconds = `${how}: the next replica told of a release after ${(Date.now() - began) / 1000} s`
    progress(seconds)
    t.comment(seconds)
    t.same(
      ids().filter((id) => id === name),
      [name],
      `${how}: once`,
    )
  }
  const second = await serve()
  await takeover('a clean stop', () => first.stop(), 'release-4')
  await serve()
  await takeover('a kill', () => second.kill(), 'release-5')
})
