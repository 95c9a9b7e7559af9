import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { EmbeddedApi, EmbeddedCluster } from '../../src/embedded/index.ts'

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname

function lynceus(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env.PATH, HOME: '/nonexistent', ...env },
  })
  return { child, result: Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]) }
}

async function run(args: readonly string[], env: Record<string, string> = {}) {
  const [stdout, stderr, [code]] = await lynceus(args, env).result
  return { stdout, stderr, code: Number(code) }
}

t.test('serves until SIGTERM, then exits with 0', async (t) => {
  const api = await new EmbeddedApi(new EmbeddedCluster()).start()
  t.teardown(() => api.stop())
  const kubeconfig = join(t.testdir({}), 'config')
  writeFileSync(kubeconfig, api.kubeconfig())
  const settings = { LYNCEUS_PORT: '0', LYNCEUS_SHUTDOWN_DELAY: '200ms', KUBECONFIG: kubeconfig }
  const { child, result } = lynceus(['serve', '--host', '127.0.0.1'], settings)
  const url = await new Promise<string>((resolve) => {
    child.stdout.on('data', (chunk) => {
      const found = /listening at (http:\/\/[^"]+)"/.exec(String(chunk))
      if (found?.[1] !== undefined) resolve(found[1])
    })
  })
  while (!(await fetch(`${url}/readyz`)).ok) await new Promise((resolve) => setTimeout(resolve, 20))
  t.match(await (await fetch(`${url}/livez`)).json(), { status: 'ok' })
  t.match(await (await fetch(`${url}/version`)).json(), { name: 'lynceus' })
  t.match(await (await fetch(`${url}/openapi.json`)).json(), { openapi: '3.1.0' })
  t.match(await (await fetch(`${url}/openapi.yaml`)).text(), /^openapi: 3.1.0/)
  child.kill('SIGTERM')
  const [, stderr, [code, signal]] = await result
  t.equal(code, 0, `signal ${signal}, ${stderr}`)
  t.equal(stderr, '')
})

t.test('help, version and mistakes', async (t) => {
  const help = await run(['serve', '--help'])
  t.equal(help.code, 0)
  for (const name of ['--stale-after', 'LYNCEUS_PORT', 'KUBECONFIG', 'default 8080'])
    t.match(help.stdout, name)
  t.match(await run(['--version']), { code: 0, stdout: /^lynceus \d/ })
  t.match(await run([]), { code: 0, stdout: /serve/ })
  t.match(await run(['sreve']), { code: 2, stderr: /no command "sreve"/ })
  t.match(await run(['serve', '--prot', '1']), { code: 2, stderr: /--prot/ })
  t.match(await run(['serve', '--port', 'x']), { code: 2, stderr: /--port: "x"/ })
  t.match(await run(['serve']), { code: 4, stderr: /no cluster found/ })
})
