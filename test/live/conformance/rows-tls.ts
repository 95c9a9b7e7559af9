import type { FrontOptions } from './front.ts'
import type { Row } from './row.ts'
import { base64, type Given, type Parts, type Stage } from './stage.ts'

/** A front with a certificate, and what the kubeconfig says of it. */
function behind(
  options: FrontOptions | ((stage: Stage) => FrontOptions),
  parts: (stage: Stage) => Parts = () => ({}),
  address: (url: string) => string = (url) => url,
): (stage: Stage) => Promise<Given> {
  return async (stage) => {
    const { url } = await stage.front(typeof options === 'function' ? options(stage) : options)
    return stage.use(address(url), parts(stage))
  }
}

const NO_CA = { 'certificate-authority-data': null }
const stranger = ({ world }: Stage): FrontOptions => ({ pair: world.pki.stranger })

const byFile =
  (content: (stage: Stage) => string) =>
  (stage: Stage): Parts => ({
    cluster: { ...NO_CA, 'certificate-authority': stage.write('ca.pem', content(stage)) },
  })

/** How the server is recognised. */
export const TLS: readonly Row[] = [
  {
    name: 'a CA file, relative to the kubeconfig',
    given: async (stage) => {
      const { url } = await stage.front()
      stage.write('sub/ca.pem', stage.world.pki.root.cert)
      const cluster = { ...NO_CA, 'certificate-authority': 'ca.pem' }
      return { env: { KUBECONFIG: stage.write('sub/config', stage.config(url, { cluster })) } }
    },
    user: 'alice',
    by: 'both',
  },
  {
    name: 'CA data and a CA file',
    given: behind({}, (stage) => ({
      cluster: { 'certificate-authority': stage.write('ca.pem', stage.world.pki.root.cert) },
    })),
    user: null,
    says: /both set/,
  },
  {
    name: 'a CA file that is missing',
    given: behind({}, () => ({ cluster: { ...NO_CA, 'certificate-authority': 'none' } })),
    user: null,
    says: /none: ENOENT/,
    by: 'both',
  },
  {
    name: 'a CA file of garbage',
    given: behind(
      {},
      byFile(() => 'garbage'),
    ),
    user: null,
  },
  {
    name: 'a CA file that is empty',
    given: behind(
      {},
      byFile(() => ''),
    ),
    user: null,
  },
  {
    name: 'a CA file with comments, and others before it',
    given: behind(
      {},
      byFile(({ world: { pki } }) => `# ours\n${pki.stranger.cert}\n# and theirs\n${pki.root.cert}`),
    ),
    user: 'alice',
  },
  {
    name: 'CA data that is not base64',
    given: behind({}, () => ({ cluster: { 'certificate-authority-data': 'a b%' } })),
    user: null,
    says: /certificate-authority-data/,
  },
  {
    name: 'CA data without its padding',
    given: behind({}, ({ world: { pki } }) => ({
      cluster: {
        'certificate-authority-data': base64(
          `${pki.root.cert}${pki.root.cert.length % 3 === 0 ? '\n' : ''}`,
        ).replace(/=+$/, ''),
      },
    })),
    user: null,
    says: /certificate-authority-data/,
  },
  {
    name: 'CA data of garbage',
    given: behind({}, () => ({ cluster: { 'certificate-authority-data': base64('x') } })),
    user: null,
  },
  { name: 'a CA of others', given: behind(stranger), user: null, by: 'both' },
  { name: 'no CA', given: behind({}, () => ({ cluster: NO_CA })), user: null },
  {
    name: 'no CA, but SSL_CERT_FILE',
    given: async (stage) => {
      const { env } = await behind({}, () => ({ cluster: NO_CA }))(stage)
      return { env: { ...env, SSL_CERT_FILE: stage.write('ca.pem', stage.world.pki.root.cert) } }
    },
    user: 'alice',
    by: 'gate',
  },
  {
    name: 'SSL_CERT_FILE beside a CA',
    given: async (stage) => {
      const { env } = await behind({}, ({ world }) => ({
        cluster: { 'certificate-authority-data': base64(world.pki.stranger.cert) },
      }))(stage)
      return { env: { ...env, SSL_CERT_FILE: stage.write('ca.pem', stage.world.pki.root.cert) } }
    },
    user: null,
    by: 'gate',
  },
  {
    name: 'insecure-skip-tls-verify',
    given: behind(stranger, () => ({ cluster: { ...NO_CA, 'insecure-skip-tls-verify': true } })),
    user: 'alice',
    by: 'both',
  },
  {
    name: 'insecure-skip-tls-verify with a CA',
    given: behind({}, () => ({ cluster: { 'insecure-skip-tls-verify': true } })),
    user: null,
    says: /insecure-skip-tls-verify/,
    by: 'both',
  },
  {
    name: 'the CA is an intermediate one, its root unknown',
    given: behind(
      ({ world }) => ({ pair: world.pki.chained }),
      ({ world }) => ({ cluster: { 'certificate-authority-data': base64(world.pki.intermediate.cert) } }),
    ),
    user: 'alice',
    by: 'both',
  },
  {
    name: 'the CA is the certificate of the server',
    given: behind({}, ({ world }) => ({
      cluster: { 'certificate-authority-data': base64(world.pki.server.cert) },
    })),
    user: 'alice',
  },
  {
    name: 'the CA is the root of a chain',
    given: behind(({ world }) => ({ pair: world.pki.chained })),
    user: 'alice',
  },
  {
    name: 'a server without a name in its certificate but the common one',
    given: behind(({ world }) => ({ pair: world.pki.nameless })),
    user: null,
  },
  {
    name: 'a server with a common name only, asked by name',
    given: behind(
      ({ world }) => ({ pair: world.pki.nameless }),
      undefined,
      (url) => url.replace('127.0.0.1', 'localhost'),
    ),
    user: null,
  },
  {
    name: 'a host that the certificate does not have',
    given: behind({}, undefined, (url) => url.replace('127.0.0.1', 'localhost')),
    user: null,
  },
  {
    name: 'tls-server-name',
    given: behind(
      {},
      () => ({ cluster: { 'tls-server-name': 'front.example' } }),
      (url) => url.replace('127.0.0.1', 'localhost'),
    ),
    user: 'alice',
    by: 'both',
  },
  {
    name: 'tls-server-name, an address',
    given: behind(
      {},
      () => ({ cluster: { 'tls-server-name': '10.96.0.1' } }),
      (url) => url.replace('127.0.0.1', 'localhost'),
    ),
    user: 'alice',
    by: 'both',
  },
  {
    name: 'tls-server-name that the certificate does not have',
    given: behind({}, () => ({ cluster: { 'tls-server-name': 'back.example' } })),
    user: null,
  },
  {
    name: 'tls-server-name, an address that the certificate does not have',
    given: behind({}, () => ({ cluster: { 'tls-server-name': '10.96.0.2' } })),
    user: null,
  },
]
