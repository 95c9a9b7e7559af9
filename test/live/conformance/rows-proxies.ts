import type { FrontOptions } from './front.ts'
import { PROXIED, UNREACHABLE } from './pki.ts'
import type { HttpProxyOptions } from './proxies.ts'
import type { Row } from './row.ts'
import { base64, type Given, type Parts, type Stage } from './stage.ts'

interface Way {
  readonly front?: FrontOptions
  /** Of the proxy; by default it is one for HTTP. */
  readonly proxy?: Omit<HttpProxyOptions, 'to'>
  readonly socks?: { readonly wants?: string }
  /** The host that is asked for. */
  readonly host?: string
  readonly path?: string
  readonly parts?: (proxy: string) => Parts
  readonly env?: (proxy: string) => Readonly<Record<string, string>>
}

/** A server that only a proxy reaches; the proxy's address is given to what the kubeconfig or the environment says. */
function through({
  front: options = {},
  proxy: kind,
  socks,
  host = PROXIED,
  path = '',
  parts,
  env,
}: Way): (stage: Stage) => Promise<Given> {
  return async (stage) => {
    const front = await stage.front(options)
    const proxy =
      socks === undefined
        ? await stage.httpProxy({ to: front.port, ...kind })
        : await stage.socksProxy(front.port, socks.wants)
    const address = `127.0.0.1:${proxy.port}`
    const server = `${front.url.replace('127.0.0.1', host)}${path}`
    const given = stage.use(server, parts?.(address) ?? {})
    return { env: { ...given.env, ...env?.(address) } }
  }
}

const url =
  (value: (proxy: string) => string) =>
  (proxy: string): Parts => ({ cluster: { 'proxy-url': value(proxy) } })
const http = url((proxy) => `http://${proxy}`)
const both = (proxy: string) => ({ HTTPS_PROXY: `http://${proxy}`, HTTP_PROXY: `http://${proxy}` })
const plain: FrontOptions = { protocol: 'plain', anybody: 'jo' }

function exempt(name: string, list: string, isExempt: boolean, host = PROXIED): Row {
  return {
    name: `NO_PROXY ${name}`,
    given: through({ host, env: (proxy) => ({ ...both(proxy), NO_PROXY: list }) }),
    user: isExempt ? null : 'alice',
  }
}

/** What is between. */
export const PROXIES: readonly Row[] = [
  { name: 'proxy-url', given: through({ parts: http }), user: 'alice', by: 'both' },
  {
    name: 'proxy-url, and a path',
    given: through({ parts: http, path: '/k8s/clusters/c-x', front: { prefix: '/k8s/clusters/c-x' } }),
    user: 'alice',
    by: 'both',
  },
  {
    name: 'proxy-url, HTTP/1.1',
    given: through({ parts: http, front: { protocol: 'http/1.1' } }),
    user: 'alice',
    by: 'both',
  },
  { name: 'proxy-url, plain', given: through({ parts: http, front: plain, path: '/a/' }), user: null },
  {
    name: 'proxy-url, plain, and a path',
    given: through({ parts: http, front: { ...plain, prefix: '/a' }, path: '/a/' }),
    user: 'jo',
    by: 'both',
  },
  { name: 'proxy-url to loopback', given: through({ parts: http, host: '127.0.0.1' }), user: 'alice' },
  {
    name: 'proxy-url with a password',
    given: through({ proxy: { wants: 'ann:s/c' }, parts: url((proxy) => `http://ann:s%2Fc@${proxy}`) }),
    user: 'alice',
    by: 'both',
  },
  {
    name: 'proxy-url with a wrong password',
    given: through({ proxy: { wants: 'ann:x' }, parts: url((proxy) => `http://ann:y@${proxy}`) }),
    user: null,
    says: /407/,
    by: 'both',
  },
  {
    name: 'proxy-url without the password',
    given: through({ proxy: { wants: 'ann:x' }, parts: http }),
    user: null,
    says: /407/,
  },
  {
    name: 'proxy-url, SOCKS5',
    given: through({ socks: {}, parts: url((proxy) => `socks5://${proxy}`) }),
    user: 'alice',
    by: 'both',
  },
  {
    name: 'proxy-url, SOCKS5 with a password',
    given: through({ socks: { wants: 'ann:s c' }, parts: url((proxy) => `socks5://ann:s%20c@${proxy}`) }),
    user: 'alice',
    by: 'both',
  },
  {
    name: 'proxy-url, SOCKS5 with a wrong password',
    given: through({ socks: { wants: 'ann:x' }, parts: url((proxy) => `socks5://ann:y@${proxy}`) }),
    user: null,
  },
  {
    name: 'proxy-url, SOCKS5, plain',
    given: through({ socks: {}, front: plain, parts: url((proxy) => `socks5://${proxy}`) }),
    user: 'jo',
  },
  {
    name: 'proxy-url, socks5h',
    given: through({ socks: {}, parts: url((proxy) => `socks5h://${proxy}`) }),
    user: null,
    says: /proxy-url/,
  },
  {
    name: 'proxy-url without a scheme',
    given: through({ parts: url((proxy) => proxy) }),
    user: null,
    says: /proxy-url/,
  },
  {
    name: 'proxy-url of garbage',
    given: through({ parts: url(() => ':::') }),
    user: null,
    says: /proxy-url/,
    by: 'both',
  },
  {
    name: 'proxy-url of another scheme',
    given: through({ parts: url((proxy) => `ftp://${proxy}`) }),
    user: null,
    says: /proxy-url/,
  },
  {
    name: 'proxy-url where nobody listens',
    given: through({ parts: url(() => 'http://127.0.0.1:9') }),
    user: null,
    says: /through the proxy/,
  },
  {
    name: 'proxy-url before the environment',
    given: through({ parts: http, env: () => both('127.0.0.1:9') }),
    user: 'alice',
  },
  {
    name: 'proxy-url and NO_PROXY',
    given: through({ parts: http, env: () => ({ NO_PROXY: '*' }) }),
    user: 'alice',
  },
  {
    name: 'proxy-url, HTTPS, its CA that of the cluster',
    given: async (stage) => {
      const { root, server: pair } = stage.world.pki
      const parts = (proxy: string): Parts => ({
        cluster: { 'proxy-url': `https://${proxy}`, 'certificate-authority-data': base64(root.cert) },
      })
      return through({ proxy: { pair }, parts })(stage)
    },
    user: 'alice',
    by: 'both',
  },
  {
    name: 'proxy-url, HTTPS, its CA unknown',
    given: async (stage) =>
      through({ proxy: { pair: stage.world.pki.stranger }, parts: url((proxy) => `https://${proxy}`) })(
        stage,
      ),
    user: null,
  },
  {
    name: 'proxy-url, HTTPS, insecure',
    given: async (stage) => {
      const cluster = { 'certificate-authority-data': null, 'insecure-skip-tls-verify': true }
      const parts = (proxy: string): Parts => ({ cluster: { ...cluster, 'proxy-url': `https://${proxy}` } })
      return through({ proxy: { pair: stage.world.pki.stranger }, parts })(stage)
    },
    user: 'alice',
  },
  {
    name: 'HTTPS_PROXY',
    given: through({ env: (proxy) => ({ HTTPS_PROXY: `http://${proxy}` }) }),
    user: 'alice',
    by: 'both',
  },
  {
    name: 'HTTPS_PROXY without a scheme',
    given: through({ env: (proxy) => ({ HTTPS_PROXY: proxy }) }),
    user: 'alice',
  },
  {
    name: 'https_proxy',
    given: through({ env: (proxy) => ({ https_proxy: `http://${proxy}` }) }),
    user: 'alice',
    by: 'both',
  },
  {
    name: 'HTTPS_PROXY before https_proxy',
    given: through({
      env: (proxy) => ({ HTTPS_PROXY: `http://${proxy}`, https_proxy: 'http://127.0.0.1:9' }),
    }),
    user: 'alice',
  },
  {
    name: 'HTTPS_PROXY with a password',
    given: through({ proxy: { wants: 'a:b' }, env: (proxy) => ({ HTTPS_PROXY: `http://a:b@${proxy}` }) }),
    user: 'alice',
  },
  {
    name: 'HTTPS_PROXY, SOCKS5',
    given: through({ socks: {}, env: (proxy) => ({ HTTPS_PROXY: `socks5://${proxy}` }) }),
    user: 'alice',
  },
  {
    name: 'HTTPS_PROXY, socks5h',
    given: through({ socks: {}, env: (proxy) => ({ HTTPS_PROXY: `socks5h://${proxy}` }) }),
    user: 'alice',
  },
  {
    name: 'HTTP_PROXY for HTTPS',
    given: through({ env: (proxy) => ({ HTTP_PROXY: `http://${proxy}` }) }),
    user: null,
  },
  {
    name: 'HTTP_PROXY',
    given: through({
      front: { ...plain, prefix: '/a' },
      path: '/a',
      env: (proxy) => ({ HTTP_PROXY: `http://${proxy}` }),
    }),
    user: 'jo',
    by: 'both',
  },
  { name: 'ALL_PROXY', given: through({ env: (proxy) => ({ ALL_PROXY: `http://${proxy}` }) }), user: null },
  {
    name: 'HTTPS_PROXY to loopback',
    given: through({ host: '127.0.0.1', env: () => both('127.0.0.1:9') }),
    user: 'alice',
    by: 'both',
  },
  { name: 'HTTPS_PROXY to an address', given: through({ host: UNREACHABLE, env: both }), user: 'alice' },
  {
    name: 'HTTPS_PROXY of garbage, to loopback',
    given: through({ host: '127.0.0.1', env: () => ({ HTTPS_PROXY: '%zz' }) }),
    user: 'alice',
  },
  {
    name: 'HTTPS_PROXY of garbage',
    given: through({
      host: '0.0.0.0',
      parts: () => ({ cluster: { 'tls-server-name': 'front.example' } }),
      env: () => ({ HTTPS_PROXY: '%zz' }),
    }),
    user: 'alice',
    differs: { user: null, case: '`HTTPS_PROXY` or `HTTP_PROXY` is not an address' },
    says: /HTTPS_PROXY is not an address/,
  },
  exempt('a domain', 'example', true),
  exempt('a domain with a dot', '.proxied.example', true),
  exempt('a domain with a star', '*.example', true),
  exempt('the name', `x, ${PROXIED}`, true),
  exempt('in upper case', PROXIED.toUpperCase(), true),
  exempt('another domain', 'ample', false),
  exempt('a domain below', `x.${PROXIED}`, false),
  exempt('another port', `${PROXIED}:1`, false),
  exempt('everything', '*', true),
  exempt('a range', '224.0.0.0/24', true, UNREACHABLE),
  exempt('another range', '10.0.0.0/8,224.1.0.0/24', false, UNREACHABLE),
  exempt('an address', UNREACHABLE, true, UNREACHABLE),
  exempt('an address with another port', `${UNREACHABLE}:1`, false, UNREACHABLE),
  exempt('part of an address', '0.0.7', false, UNREACHABLE),
  exempt('a range with bits set', '224.0.0.9/24', true, UNREACHABLE),
]
