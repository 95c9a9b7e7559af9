// The bundle, in a folder where there is neither a source nor a package.
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { bundle } from '../../scripts/bundle.ts'
import { COMMANDS } from '../../src/cli/commands.ts'
import { gateScene } from '../cli/gate-scene.ts'
import { start as startProgram } from '../cli/lynceus.ts'
import { Receiver } from '../notify/receiver.ts'

const folder = mkdtempSync(join(tmpdir(), 'lynceus-bundle-'))
t.teardown(() => rmSync(folder, { recursive: true }))
const dist = join(folder, 'dist')
await bundle(dist)
copyFileSync(new URL('../../package.json', import.meta.url), join(folder, 'package.json'))

const MAIN = join(dist, 'main.js')
/** No cache of another run, and none left behind. */
const ENV = { XDG_CACHE_HOME: folder, NODE_COMPILE_CACHE: '' }

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}, program = MAIN) {
  return startProgram(args, { ...ENV, ...env }, program)
}

/** What the drop-ins say of a flag that they do not know. */
const MISTAKES = {
  crashcheck: { code: 1, stdout: /INTERVAL not set/ },
  'rollout-status': { code: 2, stderr: /flag provided but not defined: -nothing/ },
}

t.test('every command starts, by its own name too', async (t) => {
  for (const name of COMMANDS.keys()) {
    const { code, stdout, stderr } = await start([name, '--help']).finished
    t.match({ code, text: stdout + stderr }, { code: 0, text: `Usage` }, name)
  }
  for (const [name, said] of Object.entries(MISTAKES)) {
    const link = join(folder, name)
    symlinkSync(MAIN, link)
    t.match(await start(['-nothing'], {}, link).finished, said, name)
  }
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  t.match(await start(['--version']).finished, { code: 0, stdout: `lynceus ${version}\n`, stderr: '' })
})

t.test('each command does its work', async (t) => {
  const { kubeconfig, server, web } = await gateScene(t, folder)
  const env = { KUBECONFIG: kubeconfig }
  const target = ['--kind', 'deployment', '--namespace', 'shop', '--settle', '0s', '--timeout', '30s']

  const passed = await start(['gate', '--name', 'web', ...target], env).finished
  t.match(passed, { code: 0, stdout: /web/ }, 'gate on the cluster')
  const policy = join(folder, 'policy.yaml')
  writeFileSync(policy, 'rules: { crash-loop: { times: 3 } }')
  const bad = await start(['gate', '--name', 'bad', '--policy-file', policy, ...target], env).finished
  t.match(bad, { code: 1 }, 'gate with a policy file')
  t.match(
    await start(['gate', '--server', server, '--name', 'web', ...target]).finished,
    { code: 0 },
    'gate --server',
  )

  const crashcheck = { INTERVAL: '1', DURATION: '1', CRASH_LIMIT: '99', HASH: web.hash }
  t.match(await start(['crashcheck'], { ...env, ...crashcheck }).finished, { code: 0 }, 'crashcheck')
  const status = ['rollout-status', '-namespace=shop', '-interval', '50ms', '-timeout', '200ms']
  t.match(await start(status, env).finished, { code: 1, stdout: /"success": false/ }, 'rollout-status')

  const out = join(folder, 'out.ndjson.gz')
  const recording = await start(['record', '--namespace', 'shop', '--out', out, '--for', '1s'], env).finished
  t.match(recording, { code: 0, stderr: /changes in/ }, 'record')
  const replay = ['replay', out, '--namespace', 'shop', '--kind', 'deployment', '--name', 'bad']
  t.match(await start(replay).finished, { code: 1 }, 'replay')

  const receiver = await new Receiver().start(t)
  const webhook = { LYNCEUS_NOTIFY_ALLOW_LOOPBACK: 'true', NOTIFY: receiver.url }
  const listed = await start(['notify', 'list'], webhook).finished
  t.match(listed, { code: 0 }, 'notify list')
  const name = /^\S+/m.exec(listed.stdout)?.[0] ?? ''
  t.match(
    await start(['notify', 'test', name], webhook).finished,
    { code: 0, stdout: /delivered/ },
    'notify test',
  )
})

t.test('serve answers', async (t) => {
  const { kubeconfig } = await gateScene(t, folder)
  const settings = { LYNCEUS_PORT: '0', LYNCEUS_SHUTDOWN_DELAY: '0s', KUBECONFIG: kubeconfig }
  const { child, finished } = start(['serve', '--host', '127.0.0.1'], settings)
  let said = ''
  let url: string | undefined
  while (url === undefined) {
    said += String(await once(child.stdout, 'data'))
    url = /listening at (http:\/\/[^"]+)"/.exec(said)?.[1]
  }
  const get = async (path: string) => {
    const answer = await fetch(`${url}${path}`)
    return { status: answer.status, text: await answer.text() }
  }
  while ((await get('/readyz')).status !== 200) await new Promise((resolve) => setTimeout(resolve, 20))
  t.match(await get('/analyze?namespace=shop&kind=deployment&name=web'), {
    status: 200,
    text: '"verdict":"pass"',
  })
  t.match(await get('/analyze?namespace=shop&kind=nothing&name=web'), { status: 400, text: '"status":400' })
  t.match(await get('/openapi.json'), { status: 200, text: '"openapi":"3.1.0"' })
  t.match(await get('/openapi.yaml'), { status: 200, text: /^openapi: 3\.1\.0/ })
  t.match(await get('/metrics'), { status: 200, text: 'process_cpu_seconds_total' })
  child.kill('SIGTERM')
  t.match(await finished, { code: 0, stderr: '' })
})

t.test('the licences of what is inside are beside it', async (t) => {
  const licences = readFileSync(join(dist, 'LICENSES.txt'), 'utf8')
  for (const name of ['fastify', 'protobufjs', 'typebox', 'undici', 'yaml']) t.match(licences, `\n${name} `)
  t.notMatch(licences, /\(undefined\)/)
  t.notOk(existsSync(join(folder, 'node_modules')))
})
