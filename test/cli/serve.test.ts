import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { EmbeddedApi, EmbeddedCluster } from '../../testing/fake-apiserver/index.ts'
import { run, start } from './lynceus.ts'

t.test('serves until SIGTERM, then exits with 0', async (t) => {
  const api = await new EmbeddedApi(new EmbeddedCluster()).start()
  t.teardown(() => api.stop())
  const kubeconfig = join(t.testdir({}), 'config')
  writeFileSync(kubeconfig, api.kubeconfig())
  const settings = { LYNCEUS_PORT: '0', LYNCEUS_SHUTDOWN_DELAY: '200ms', KUBECONFIG: kubeconfig }
  const { child, finished } = start(['serve', '--host', '127.0.0.1'], settings)
  const url = await new Promise<string>((resolve) => {
    let said = ''
    child.stdout.on('data', (chunk) => {
      said += String(chunk)
      const found = /listening at (http:\/\/[^"]+)"/.exec(said)
      if (found?.[1] !== undefined) resolve(found[1])
    })
  })
  while (!(await fetch(`${url}/readyz`)).ok) await new Promise((resolve) => setTimeout(resolve, 20))
  t.match(await (await fetch(`${url}/livez`)).json(), { status: 'ok' })
  t.match(await (await fetch(`${url}/version`)).json(), { name: 'lynceus' })
  t.match(await (await fetch(`${url}/openapi.json`)).json(), { openapi: '3.1.0' })
  t.match(await (await fetch(`${url}/openapi.yaml`)).text(), /^openapi: 3.1.0/)
  child.kill('SIGTERM')
  t.match(await finished, { code: 0, stderr: '' })
})

t.test('a bad policy file keeps the service from starting, and says where it is bad', async (t) => {
  const dir = t.testdir({ 'bad.yaml': 'rules: { crash-lop: { times: 3 } }', 'no.yaml': 'rules: [' })
  t.match(await run(['serve', '--policy-file', join(dir, 'bad.yaml')]), {
    code: 2,
    stderr: /policy file .*bad\.yaml: rules\.crash-lop is not known; did you mean crash-loop\?/,
  })
  t.match(await run(['serve', '--policy-file', join(dir, 'no.yaml')]), {
    code: 2,
    stderr: /no\.yaml: is neither YAML nor JSON/,
  })
  t.match(await run(['serve', '--policy-file', join(dir, 'none.yaml')]), {
    code: 2,
    stderr: /cannot read the policy file .*none\.yaml: ENOENT/,
  })
})

t.test('help, version and mistakes', async (t) => {
  const help = await run(['serve', '--help'])
  t.equal(help.code, 0)
  for (const name of ['--stale-after', 'LYNCEUS_POLICY_FILE', 'LYNCEUS_PORT', 'KUBECONFIG', 'default 8080'])
    t.match(help.stdout, name)
  t.match(await run(['--version']), { code: 0, stdout: /^lynceus \d/ })
  t.match(await run([]), { code: 0, stdout: /serve/ })
  t.match(await run(['sreve']), { code: 2, stderr: /Unknown command "sreve"/ })
  t.match(await run(['serve', '--prot', '1']), { code: 2, stderr: /--prot/ })
  t.match(await run(['serve', '--port', 'x']), { code: 2, stderr: /--port: "x"/ })
  t.match(await run(['serve']), { code: 4, stderr: /no cluster found/ })
})
