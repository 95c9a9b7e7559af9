// rollout-status as a process.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { RUNNING, World, waitingFor } from './rollout-status/world.ts'

const MAIN = new URL('../../../src/main.ts', import.meta.url).pathname

function start(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [MAIN, 'rollout-status', ...args], {
    env: { PATH: process.env.PATH, HOME: '/nonexistent', ...env },
  })
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { child, ended: ended.then(([stdout, stderr, [code]]) => ({ stdout, stderr, code: Number(code) })) }
}

t.test('verdicts, usage and signals', async (t) => {
  const world = await World.start(t)
  world.deployment('good', [RUNNING])
  world.deployment('bad', [waitingFor('ErrImagePull', 'no')])
  world.deployment('slow', [waitingFor('ContainerCreating')])
  const env = { KUBECONFIG: world.kubeconfig }
  const flags = ['--namespace=shop', '-interval', '50ms', '-selector']
  const [good, bad, help, wrong] = await Promise.all([
    start([...flags, 'app=good'], env).ended,
    start([...flags, 'app=bad'], env).ended,
    start(['-h']).ended,
    start(['-nothing']).ended,
  ])
  t.same(good, { stdout: '{\n  "success": true\n}\n', stderr: '', code: 0 })
  t.match(bad, { stdout: /"code": "invalid-config"/, code: 1 })
  t.match(
    bad.stderr,
    /^rollout-status: Container "app" is in "ErrImagePull": no\n {2}Remedy: .*\n {2}Next: kubectl describe pod bad-0 -n shop\n$/,
    'what to do goes to stderr',
  )
  t.match(help, {
    stdout: '',
    stderr: /^Usage of rollout-status:\n {2}-ignore-secret-not-found\n {4}\t/,
    code: 0,
  })
  t.match(help.stderr, '  -retry-limit int\n    \tRestarts of a container that are allowed')
  t.match(wrong, {
    stdout: '',
    stderr: /^flag provided but not defined: -nothing\nUsage of rollout-status:\n/,
  })
  t.equal(wrong.code, 2)

  world.api.requests.length = 0
  const { child, ended } = start([...flags, 'app=slow'], env)
  await world.watching()
  child.kill('SIGTERM')
  const stderr = 'rollout-status: Container app of pod slow-0 is starting.\n'
  t.same(await ended, { stdout: '', stderr, code: 143 }, 'said once')
})

t.test('without a cluster', async (t) => {
  const { stdout, code } = await start([]).ended
  t.equal(code, 1)
  t.match(JSON.parse(stdout), { error: { code: '', type: 'program', message: /no cluster found/ } })
})
