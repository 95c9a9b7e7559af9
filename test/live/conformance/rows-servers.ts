import type { FrontOptions, Protocol } from './front.ts'
import type { Row } from './row.ts'
import { base64, type Given, type Stage } from './stage.ts'

const PREFIX = '/k8s/clusters/c-x'

/** A server behind a front, its address made from that of the front. */
function at(options: FrontOptions, address: (url: string) => string): (stage: Stage) => Promise<Given> {
  return async (stage) => stage.use(address((await stage.front(options)).url))
}

function prefixed(protocol: Protocol): Row {
  const isPlain = protocol === 'plain'
  return {
    name: `a path in server, ${protocol}`,
    given: at(
      { protocol, prefix: PREFIX, ...(isPlain ? { anybody: 'jo' } : {}) },
      (url) => `${url}${PREFIX}`,
    ),
    user: isPlain ? 'jo' : 'alice',
    by: 'both',
  }
}

/** What `server` may say. */
export const SERVERS: readonly Row[] = [
  {
    name: 'the API server itself',
    given: (stage) => {
      const { server, ca, servername } = stage.world.direct
      const authority = { 'certificate-authority-data': base64(ca), 'tls-server-name': servername }
      return stage.use(server, { cluster: authority, user: { token: stage.world.tokens.bob } })
    },
    user: 'bob',
    by: 'both',
  },
  prefixed('h2'),
  prefixed('http/1.1'),
  prefixed('plain'),
  {
    name: 'a path with slashes twice and at its end',
    given: at({ prefix: PREFIX }, (url) => `${url}//k8s//clusters/c-x//`),
    user: 'alice',
    by: 'both',
  },
  {
    name: 'a path with dots',
    given: at({ prefix: PREFIX }, (url) => `${url}/other/../k8s/./clusters/%63-x`),
    user: 'alice',
  },
  {
    name: 'a path with an encoded slash',
    given: at({ prefix: PREFIX }, (url) => `${url}/k8s%2Fclusters/c-x`),
    user: 'alice',
  },
  {
    name: 'a path with an encoded space',
    given: at({ prefix: '/a%20b' }, (url) => `${url}/a%20b`),
    user: 'alice',
  },
  {
    name: 'a path with a query and a fragment',
    given: at({ prefix: PREFIX }, (url) => `${url}${PREFIX}?a=b#c`),
    user: 'alice',
  },
  { name: 'a query without a path', given: at({}, (url) => `${url}?a=b`), user: 'alice' },
  {
    name: 'the front answers for another cluster at its root',
    given: at({ prefix: PREFIX }, (url) => url),
    user: 'of-another-cluster',
  },
  { name: 'upper case', given: at({}, (url) => url.replace('https', 'HTTPS')), user: 'alice', by: 'both' },
  {
    name: 'no scheme',
    given: at({ protocol: 'plain', anybody: 'jo' }, (url) => url.replace('http://', '')),
    user: 'jo',
    by: 'both',
  },
  {
    name: 'no scheme, and a path',
    given: at({ protocol: 'plain', anybody: 'jo' }, (url) => `${url.replace('http://', '')}/a`),
    user: null,
    says: /a path and no scheme/,
  },
  {
    name: 'no scheme, before a front with TLS',
    given: at({ anybody: 'jo' }, (url) => url.replace('https://', '')),
    user: null,
  },
  { name: 'another scheme', given: (stage) => stage.use('tcp://127.0.0.1:1'), user: null, says: /http\(s\)/ },
  { name: 'no address at all', given: (stage) => stage.use('https://'), user: null, says: /http\(s\)/ },
  {
    name: 'IPv6',
    given: at({ host: '::1', prefix: PREFIX }, (url) => `${url}${PREFIX}`),
    user: 'alice',
    by: 'both',
  },
  {
    name: 'IPv6, a port in use by nobody',
    given: (stage) => stage.use('https://[::1]:9'),
    user: null,
    says: /\[::1\]:9/,
  },
  {
    name: 'a user in the address, and a token',
    given: at({}, (url) => url.replace('://', '://ann:secret@')),
    user: 'ann/secret',
    by: 'both',
  },
  {
    name: 'a user in the address alone, HTTPS',
    given: async (stage) => {
      const { url } = await stage.front()
      return stage.use(url.replace('://', '://ann:secret@'), { user: {} })
    },
    user: null,
    says: /has no credentials/,
  },
  {
    name: 'a user in the address with an escape that is none',
    given: at({}, (url) => url.replace('://', '://ann:%zz@')),
    user: null,
  },
  {
    name: 'a user in the address, plain',
    given: at({ protocol: 'plain', anybody: 'jo' }, (url) => url.replace('://', '://ann:s%2Fcret@')),
    user: 'ann/s/cret',
  },
  {
    name: 'a redirect',
    given: at({ redirects: true }, (url) => url),
    user: 'alice',
    differs: { user: null, case: 'the server answers with a redirect' },
  },
]
