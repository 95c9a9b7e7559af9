import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadConfig } from '../../src/config/load-config.ts'
import { flagName, variableName } from '../../src/config/settings.ts'

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
    host: undefined,
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
    [{ maxHeld: '1.5' }, {}, /^--max-held: "1.5": a whole number from 0 to 10000 was expected$/],
    [{ staleAfter: '-1s' }, {}, /^--stale-after: "-1s": a duration such as 30s was expected$/],
    [{ notifyAllowLoopback: 'yes' }, {}, /^--notify-allow-loopback: "yes": true or false was expected$/],
    [{}, { LYNCEUS_NAMESPACES: 'a,-' }, /^LYNCEUS_NAMESPACES: "a,-": "-" is not a namespace name$/],
  ]
  for (const [flags, env, message] of cases) {
    t.throws(() => loadConfig({ flags, env }), { name: 'ConfigError', message })
  }
  const dir = t.testdir({
    'bad.yaml': 'prot: 80',
    'list.yaml': '- 1',
    'map.yaml': 'host: { name: here }',
    'range.yaml': 'port: 70000',
  })
  t.throws(() => loadConfig({ flags: {}, env: {}, file: join(dir, 'map.yaml') }), {
    message: /^host in .*map\.yaml: a text, a number, true, false or a list was expected$/,
  })
  t.throws(() => loadConfig({ flags: {}, env: {}, file: join(dir, 'range.yaml') }), {
    message: /^port in .*range\.yaml: "70000": a whole number from 0 to 65535 was expected$/,
  })
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

t.test('a value of the file may have its own type or be a text', async (t) => {
  const [typed, texts] = [
    'port: 80\nstaleAfter: 20\nnamespaces: [shop, bank, shop]\nnotifyAllowLoopback: true\nhost: 127\n',
    'port: "80"\nstaleAfter: "20"\nnamespaces: shop, bank\nnotifyAllowLoopback: "true"\nhost: "127"\n',
  ]
  const dir = t.testdir({ 'typed.yaml': typed, 'texts.yaml': texts })
  const expected = {
    port: 80,
    staleAfter: 20,
    namespaces: ['shop', 'bank'],
    notifyAllowLoopback: true,
    host: '127',
  }
  for (const name of ['typed.yaml', 'texts.yaml'])
    t.match(loadConfig({ flags: {}, env: {}, file: join(dir, name) }), expected, name)
})

t.test('every setting has its default', async (t) => {
  t.strictSame(
    { ...loadConfig({ flags: {}, env: {} }) },
    {
      port: 8080,
      namespaces: [],
      customResources: [],
      staleAfter: 30,
      maxHeld: 24,
      maxWaiting: 2000,
      maxSeries: 10_000,
      logs: false,
      shutdownDelay: 3,
      logLevel: 'info',
      notifyAllowLoopback: false,
    },
  )
})

t.test('what Kubernetes says of a Service named lynceus is no setting', async (t) => {
  t.equal(loadConfig({ flags: {}, env: { LYNCEUS_PORT: 'tcp://10.0.0.7:80' } }).port, 8080)
})

t.test('names of flags and variables', async (t) => {
  t.equal(flagName('staleAfter'), '--stale-after')
  t.equal(variableName('staleAfter'), 'LYNCEUS_STALE_AFTER')
})
