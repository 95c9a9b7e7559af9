import type { Front, FrontOptions } from './front.ts'
import type { Row } from './row.ts'
import { base64, type Given, type Stage } from './stage.ts'

/** A front, asked by a user of the kubeconfig. */
export function by(
  user: (stage: Stage, front: Front) => object | Promise<object>,
  options: FrontOptions = {},
): (stage: Stage) => Promise<Given> {
  return async (stage) => {
    const front = await stage.front(options)
    return stage.use(front.url, { user: await user(stage, front) })
  }
}

const ALL = { 'as-groups': ['system:masters', 'g 2'] }

async function certificate({ world }: Stage, name: string): Promise<object> {
  const { cert, key } = await world.pki.client(name)
  return { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) }
}

async function certificateFiles(stage: Stage, name: string): Promise<object> {
  const { cert, key } = await stage.world.pki.client(name)
  stage.write('client.pem', cert)
  stage.write('key.pem', key)
  return { 'client-certificate': 'client.pem', 'client-key': 'key.pem' }
}

/** Who is asked for. */
export const USERS: readonly Row[] = [
  { name: 'a token that nobody knows', given: by(() => ({ token: 'wrong' })), user: null, by: 'both' },
  {
    name: 'a token with a line end',
    given: by(({ world }) => ({ token: `${world.tokens.alice}\n` })),
    user: null,
    differs: { user: 'alice', case: '`token` ends with a line end' },
  },
  { name: 'no credentials', given: by(() => ({})), user: null, says: /has no credentials/, by: 'both' },
  { name: 'no credentials, plain', given: by(() => ({}), { protocol: 'plain', anybody: 'jo' }), user: 'jo' },
  {
    name: 'a token, plain',
    given: by(({ world }) => ({ token: world.tokens.alice }), { protocol: 'plain', anybody: 'jo' }),
    user: 'jo',
    by: 'both',
  },
  {
    name: 'tokenFile, relative, before token',
    given: by((stage) => {
      stage.write('token', `${stage.world.tokens.bob}\n`)
      return { tokenFile: 'token', token: stage.world.tokens.alice }
    }),
    user: 'bob',
    by: 'both',
  },
  {
    name: 'tokenFile alone',
    given: by((stage) => ({ tokenFile: stage.write('token', ` ${stage.world.tokens.bob}\n\n`) })),
    user: 'bob',
  },
  {
    name: 'tokenFile that is missing',
    given: by(() => ({ tokenFile: 'none' })),
    user: null,
    says: /cannot read the token .*none: ENOENT/,
    by: 'both',
  },
  {
    name: 'tokenFile that is missing, and a token',
    given: by(({ world }) => ({ tokenFile: 'none', token: world.tokens.alice })),
    user: 'alice',
  },
  {
    name: 'tokenFile that is empty',
    given: by((stage) => ({ tokenFile: stage.write('token', '') })),
    user: null,
    says: /it is empty/,
  },
  {
    name: 'tokenFile that rotates',
    given: by((stage, front) => {
      front.tokens.set('first', 'jo')
      return { tokenFile: stage.write('token', 'first') }
    }),
    user: 'jo',
    afterwards: (stage) => {
      stage.write('token', stage.world.tokens.bob)
      for (const front of stage.fronts) front.tokens.clear()
    },
    userAfterwards: 'bob',
  },
  { name: 'Basic', given: by(() => ({ username: 'jo', password: 'pä:ss' })), user: 'jo/pä:ss', by: 'both' },
  {
    name: 'Basic, HTTP/1.1',
    given: by(() => ({ username: 'jo', password: 'x' }), { protocol: 'http/1.1' }),
    user: 'jo/x',
  },
  { name: 'Basic with a name alone', given: by(() => ({ username: 'jo' })), user: 'jo/' },
  { name: 'Basic with a password alone', given: by(() => ({ password: 'x' })), user: null },
  {
    name: 'Basic and a token',
    given: by(() => ({ username: 'jo', password: 'x', token: 't' })),
    user: null,
    says: /only one/,
  },
  {
    name: 'Basic and tokenFile',
    given: by((stage) => ({
      username: 'jo',
      password: 'x',
      tokenFile: stage.write('token', stage.world.tokens.bob),
    })),
    user: null,
  },
  {
    name: 'a client certificate',
    given: by((stage) => certificate(stage, 'cara')),
    user: 'cara',
    by: 'both',
  },
  {
    name: 'a client certificate, HTTP/1.1',
    given: by((stage) => certificate(stage, 'cara'), { protocol: 'http/1.1' }),
    user: 'cara',
    by: 'both',
  },
  {
    name: 'client certificates that rotate',
    given: by((stage) => certificateFiles(stage, 'cara')),
    user: 'cara',
    afterwards: async (stage) => void (await certificateFiles(stage, 'carl')),
    userAfterwards: 'carl',
  },
  {
    name: 'a client certificate and a token',
    given: by(async (stage) => ({ ...(await certificate(stage, 'cara')), token: stage.world.tokens.alice })),
    user: 'cara',
  },
  {
    name: 'a client certificate and a password',
    given: by(async (stage) => ({ ...(await certificate(stage, 'cara')), username: 'jo', password: 'x' })),
    user: 'cara',
  },
  {
    name: 'a client certificate without its key',
    given: by(async (stage) => ({ ...(await certificate(stage, 'cara')), 'client-key-data': null })),
    user: null,
    says: /needs client-key/,
  },
  {
    name: "a client certificate with another's key",
    given: by(async (stage) => ({
      ...(await certificate(stage, 'cara')),
      'client-key-data': base64((await stage.world.pki.client('carl')).key),
    })),
    user: null,
    by: 'both',
  },
  {
    name: 'a client key without a certificate',
    given: by(({ world }) => ({ 'client-key': 'none', token: world.tokens.alice })),
    user: 'alice',
  },
  {
    name: 'client key file and data without a certificate',
    given: by(({ world }) => ({
      'client-key': 'none',
      'client-key-data': base64('x'),
      token: world.tokens.alice,
    })),
    user: 'alice',
  },
  {
    name: 'a client certificate file that is missing',
    given: by(() => ({ 'client-certificate': 'none', 'client-key': 'none' })),
    user: null,
    says: /none: ENOENT/,
  },
  {
    name: 'a client certificate file that is missing, plain',
    given: by(() => ({ 'client-certificate': 'none', 'client-key': 'none' }), {
      protocol: 'plain',
      anybody: 'jo',
    }),
    user: null,
    says: /none: ENOENT/,
  },
  {
    name: 'client certificate data of garbage',
    given: by(() => ({ 'client-certificate-data': base64('x'), 'client-key-data': base64('x') })),
    user: null,
  },
  {
    name: 'as, with all that belongs to it',
    given: by(({ world }) => ({
      token: world.tokens.alice,
      as: 'jo',
      'as-uid': '7',
      ...ALL,
      'as-user-extra': { 'example.org/Scope x': ['a', 'b'], reason: ['c'] },
    })),
    user: 'jo',
    by: 'both',
  },
  {
    name: 'as, over HTTP/1.1',
    given: by(
      ({ world }) => ({ token: world.tokens.alice, as: 'jo', ...ALL, 'as-user-extra': { s: ['a', 'b'] } }),
      { protocol: 'http/1.1' },
    ),
    user: 'jo',
    by: 'both',
  },
  {
    name: 'as, plain',
    given: by(() => ({ as: 'jo', ...ALL }), { protocol: 'plain', anybody: 'ann' }),
    user: 'jo',
  },
  {
    name: 'as, beyond ASCII',
    given: by(({ world }) => ({ token: world.tokens.alice, as: 'jörg', 'as-groups': ['größe', '日本'] })),
    user: 'jörg',
  },
  {
    name: 'as, beyond ASCII, HTTP/1.1',
    given: by(({ world }) => ({ token: world.tokens.alice, as: 'Łukasz' }), { protocol: 'http/1.1' }),
    user: 'Łukasz',
  },
  {
    name: 'as, with an empty group',
    given: by(({ world }) => ({ token: world.tokens.alice, as: 'jo', 'as-groups': ['', 'g'] })),
    user: 'jo',
  },
  {
    name: 'as-groups without as',
    given: by(({ world }) => ({ token: world.tokens.alice, ...ALL })),
    user: null,
    says: /need as/,
  },
  {
    name: 'as that the user may not',
    given: by(({ world }) => ({ token: world.tokens.eve, as: 'ann' })),
    user: null,
    by: 'both',
  },
  {
    name: 'as with a line end within',
    given: by(({ world }) => ({ token: world.tokens.alice, as: 'jo\nann' })),
    user: null,
    says: /control character/,
    by: 'both',
  },
  {
    name: 'a token with a line end within, HTTP/1.1',
    given: by(() => ({ token: 'a\nb' }), { protocol: 'http/1.1' }),
    user: null,
    says: /control character/,
  },
  {
    name: 'as with spaces around',
    given: (stage) => {
      const { server, ca, servername } = stage.world.direct
      const cluster = { 'certificate-authority-data': base64(ca), 'tls-server-name': servername }
      const user = { token: stage.world.tokens.alice, as: ' jo ', 'as-groups': [' g', 'h '] }
      return stage.use(server, { cluster, user })
    },
    user: ' jo ',
  },
]
