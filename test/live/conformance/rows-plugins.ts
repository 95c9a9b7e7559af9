import { certified, credential, inPath, KEEP_INFO, plugin, token, V1, V1BETA1, when } from './plugin.ts'
import type { Row } from './row.ts'
import { base64 } from './stage.ts'

/** Exec plugins. */
export const PLUGINS: readonly Row[] = [
  { name: 'a plugin, v1, by a relative path', given: plugin(), user: 'bob', by: 'both' },
  {
    name: 'a plugin, v1beta1, without interactiveMode',
    given: plugin({ apiVersion: V1BETA1, exec: { interactiveMode: null } }),
    user: 'bob',
    by: 'both',
  },
  {
    name: 'a plugin, v1, without interactiveMode',
    given: plugin({ exec: { interactiveMode: null } }),
    user: null,
    says: /no interactiveMode/,
  },
  {
    name: 'a plugin, v1alpha1',
    given: plugin({
      apiVersion: 'client.authentication.k8s.io/v1alpha1',
      exec: { interactiveMode: 'Never' },
    }),
    user: null,
    says: /v1alpha1/,
  },
  {
    name: 'a plugin without apiVersion',
    given: plugin({ exec: { apiVersion: null } }),
    user: null,
    says: /no apiVersion/,
  },
  {
    name: 'a plugin without a command',
    given: plugin({ exec: { command: '' } }),
    user: null,
    says: /no command/,
  },
  {
    name: 'a plugin without a command, plain',
    given: plugin({ exec: { command: '' }, protocol: 'plain' }),
    user: null,
    says: /no command/,
  },
  { name: 'a plugin, plain', given: plugin({ script: () => 'exit 1', protocol: 'plain' }), user: 'jo' },
  {
    name: 'a plugin that is not there',
    given: plugin({ exec: { command: 'no-such-plugin', installHint: 'Install it.' } }),
    user: null,
    says: /no such executable.* Install it\./,
    by: 'both',
  },
  {
    name: 'a plugin that may not be run',
    given: async (stage) => {
      const given = await plugin()(stage)
      stage.write('bin/plugin', '#!/bin/sh\n', 0o644)
      return given
    },
    user: null,
  },
  {
    name: 'a plugin in PATH',
    given: async (stage) => {
      const { env } = await plugin({ exec: { command: 'plugin' } })(stage)
      return { env: { ...env, PATH: inPath(stage) } }
    },
    user: 'bob',
    by: 'both',
  },
  {
    name: 'a plugin in the PATH that only the plugin has',
    given: async (stage) => {
      const env = [{ name: 'PATH', value: inPath(stage) }]
      return plugin({ exec: { command: 'plugin', env } })(stage)
    },
    user: null,
    says: /no such executable/,
  },
  {
    name: 'a plugin whose own PATH leads elsewhere',
    given: async (stage) => {
      const own = [{ name: 'PATH', value: '/nowhere' }]
      const script = (): string => `PATH=/usr/bin:/bin; cat ${stage.dir}/status`
      const { env } = await plugin({ exec: { command: 'plugin', env: own }, script })(stage)
      return { env: { ...env, PATH: inPath(stage) } }
    },
    user: 'bob',
  },
  {
    name: 'a plugin that fails',
    given: plugin({ script: () => 'exit 3' }),
    user: null,
    says: /exit code 3/,
    by: 'both',
  },
  {
    name: 'a plugin that takes its time',
    given: plugin({ script: () => 'sleep 2; cat "$(dirname "$0")/../status"' }),
    user: 'bob',
    by: 'both',
  },
  {
    name: 'a plugin that wants a terminal',
    given: plugin({ exec: { interactiveMode: 'Always' } }),
    user: null,
    says: /terminal/,
    by: 'gate',
  },
  {
    name: 'a plugin that takes a terminal if there is one',
    given: plugin({
      exec: { interactiveMode: 'IfAvailable' },
      script: when('case "$KUBERNETES_EXEC_INFO" in *\'"interactive":false\'*) true;; *) false;; esac'),
    }),
    user: 'bob',
    by: 'gate',
  },
  {
    name: 'an interactiveMode that there is not',
    given: plugin({ exec: { interactiveMode: 'Sometimes' } }),
    user: null,
    says: /Sometimes/,
  },
  {
    name: 'a plugin with arguments and variables',
    given: plugin({
      exec: { args: ['a b', '--c'], env: [{ name: 'D', value: 'e f' }] },
      script: when('[ "$1" = "a b" ] && [ "$2" = --c ] && [ "$D" = "e f" ] && [ "$G" = h ]'),
      env: { G: 'h' },
    }),
    user: 'bob',
  },
  {
    name: 'provideClusterInfo',
    given: plugin({
      exec: { provideClusterInfo: true },
      cluster: {
        'tls-server-name': 'front.example',
        extensions: [{ name: V1.replace('/v1', '/exec'), extension: { audience: 'a' } }],
      },
      script: KEEP_INFO,
    }),
    user: 'bob',
    sameFile: 'info',
  },
  {
    name: 'provideClusterInfo, insecure',
    given: plugin({
      exec: { provideClusterInfo: true },
      cluster: {
        'certificate-authority-data': null,
        'insecure-skip-tls-verify': true,
        'disable-compression': true,
      },
      script: KEEP_INFO,
    }),
    user: 'bob',
    sameFile: 'info',
  },
  {
    name: 'without provideClusterInfo',
    given: plugin({
      script: KEEP_INFO,
    }),
    user: 'bob',
    sameFile: 'info',
  },
  { name: 'a plugin with a certificate', given: plugin({ status: certified }), user: 'cara', by: 'both' },
  {
    name: 'a plugin with a certificate and a token',
    given: plugin({ status: async (stage) => ({ ...(await certified(stage)), token: 'x' }) }),
    user: 'cara',
  },
  {
    name: 'a plugin with a certificate without a key',
    given: plugin({ status: async (stage) => ({ ...(await certified(stage)), clientKeyData: '' }) }),
    user: null,
    says: /without a key/,
  },
  {
    name: 'a plugin with a certificate of garbage',
    given: plugin({ status: () => ({ clientCertificateData: 'x', clientKeyData: 'y' }) }),
    user: null,
  },
  {
    name: 'a plugin with a token that has expired',
    given: plugin({ status: (stage) => ({ ...token(stage), expirationTimestamp: '2020-01-01T00:00:00Z' }) }),
    user: 'bob',
    by: 'both',
  },
  {
    name: 'a plugin with a time that is none',
    given: plugin({ status: (stage) => ({ ...token(stage), expirationTimestamp: 'soon' }) }),
    user: null,
    says: /expirationTimestamp/,
  },
  {
    name: 'a plugin with a time of another form',
    given: plugin({ status: (stage) => ({ ...token(stage), expirationTimestamp: '2099-01-01' }) }),
    user: null,
    says: /expirationTimestamp/,
  },
  { name: 'a plugin with nothing', given: plugin({ status: () => ({}) }), user: null, says: /neither/ },
  {
    name: 'a plugin with another version',
    given: plugin({ script: ({ world }) => `echo '${credential({ token: world.tokens.bob }, V1BETA1)}'` }),
    user: null,
    says: /v1beta1/,
  },
  {
    name: 'a plugin that prints YAML',
    given: plugin({
      script: ({ world }) =>
        `printf 'apiVersion: ${V1}\\nkind: ExecCredential\\nstatus:\\n  token: ${world.tokens.bob}\\n'`,
    }),
    user: 'bob',
  },
  {
    name: 'a plugin that prints something before',
    given: plugin({ script: ({ dir }) => `echo hello; cat ${dir}/status` }),
    user: null,
  },
  { name: 'a plugin that prints nothing', given: plugin({ script: () => 'true' }), user: null },
  {
    name: 'a plugin that writes errors too',
    given: plugin({ script: ({ dir }) => `echo hello >&2; cat ${dir}/status` }),
    user: 'bob',
  },
  {
    name: 'a plugin and a token',
    given: plugin({ user: { token: 'wrong' }, script: () => 'exit 1' }),
    user: null,
  },
  {
    name: 'a plugin and a password',
    given: plugin({ user: { username: 'jo', password: 'x' }, script: () => 'exit 1' }),
    user: 'jo/x',
  },
  {
    name: 'a plugin and a client certificate',
    given: async (stage) => {
      const { cert, key } = await stage.world.pki.client('cara')
      const user = { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) }
      return plugin({ user, script: () => 'exit 1' })(stage)
    },
    user: 'cara',
  },
  {
    name: 'a plugin and an auth provider',
    given: plugin({ user: { 'auth-provider': { name: 'oidc' } } }),
    user: null,
    says: /auth-provider/,
  },
  { name: 'a plugin as somebody else', given: plugin({ user: { as: 'jo' } }), user: 'jo' },
]
