import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { flagOf, loadConfig, variableOf } from '../src/config.ts'

t.test('flags come before variables before the file before defaults', async (t) => {
  const file = join(t.testdir({ 'lynceus.yaml': 'port: 1\nstaleAfter: 10s\nmaxHeld: 3\n' }), 'lynceus.yaml')
  const config = loadConfig({
    flags: { port: '3' },
    env: { LYNCEUS_PORT: '2', LYNCEUS_STALE_AFTER: '1m30s' },
    file,
  })
  t.match(config, {
    port: 3,
    staleAfter: 90,
    maxHeld: 3,
    host: '0.0.0.0',
    namespaces: [],
    kubeconfig: undefined,
  })
  t.ok(Object.isFrozen(config))
})

t.test('a bad value is told with its source and what was expected', async (t) => {
  const cases: readonly (readonly [Record<string, string>, Record<string, string>, RegExp])[] = [
    [{ port: '70000' }, {}, /^--port: "70000": a whole number from 0 to 65535/],
    [{}, { LYNCEUS_STALE_AFTER: 'soon' }, /^LYNCEUS_STALE_AFTER: "soon": a duration/],
    [{ namespaces: 'shop,Bank' }, {}, /"Bank" is not a namespace name/],
    [{ logLevel: 'loud' }, {}, /^--log-level: "loud": one of silent/],
  ]
  for (const [flags, env, message] of cases) {
    t.throws(() => loadConfig({ flags, env }), { name: 'ConfigError', message })
  }
  const dir = t.testdir({ 'bad.yaml': 'prot: 80', 'list.yaml': '- 1' })
  t.throws(() => loadConfig({ flags: {}, env: {}, file: join(dir, 'bad.yaml') }), {
    message: /unknown setting "prot"/,
  })
  t.throws(() => loadConfig({ flags: {}, env: {}, file: join(dir, 'list.yaml') }), {
    message: /an object of settings/,
  })
  t.throws(() => loadConfig({ flags: {}, env: {}, file: join(dir, 'none.yaml') }), { message: /cannot read/ })
  writeFileSync(join(dir, 'empty.yaml'), '')
  t.equal(loadConfig({ flags: {}, env: {}, file: join(dir, 'empty.yaml') }).port, 8080)
})

t.test('what Kubernetes says of a Service named lynceus is no setting', async (t) => {
  t.equal(loadConfig({ flags: {}, env: { LYNCEUS_PORT: 'tcp://10.0.0.7:80' } }).port, 8080)
})

t.test('names of flags and variables', async (t) => {
  t.equal(flagOf('staleAfter'), '--stale-after')
  t.equal(variableOf('staleAfter'), 'LYNCEUS_STALE_AFTER')
})
