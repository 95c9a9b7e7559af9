import t from 'tap'
import { resolveProxy } from '../../../src/cluster/client/environment-proxy.ts'

const ALL = { HTTPS_PROXY: 'http://p:1', HTTP_PROXY: 'q:2' }

t.test('the environment names a proxy as it does for Go', async (t) => {
  const cases: readonly (readonly [string, Record<string, string>, string | null])[] = [
    ['https://api.example:6443', ALL, 'http://p:1'],
    ['http://api.example', ALL, 'http://q:2'],
    ['https://api.example', { https_proxy: 'socks5://s:3' }, 'socks5://s:3'],
    ['https://api.example', { HTTPS_PROXY: '' }, null],
    ['https://api.example', { HTTP_PROXY: 'q:2' }, null],
    ['https://localhost:1', ALL, null],
    ['https://127.3.0.1:1', ALL, null],
    ['https://[::1]:1', ALL, null],
    ['https://api.example', { ...ALL, NO_PROXY: '*' }, null],
    ['https://api.example', { ...ALL, no_proxy: ' Example , x' }, null],
    ['https://api.example', { ...ALL, NO_PROXY: '.example' }, null],
    ['https://api.example', { ...ALL, NO_PROXY: '*.example' }, null],
    ['https://example', { ...ALL, NO_PROXY: '.example' }, 'http://p:1'],
    ['https://example', { ...ALL, NO_PROXY: 'example' }, null],
    ['https://notexample', { ...ALL, NO_PROXY: 'example' }, 'http://p:1'],
    ['https://api.example:6443', { ...ALL, NO_PROXY: 'api.example:6443' }, null],
    ['https://api.example:6443', { ...ALL, NO_PROXY: 'api.example:443' }, 'http://p:1'],
    ['https://10.1.2.3', { ...ALL, NO_PROXY: '10.0.0.0/8' }, null],
    ['https://11.1.2.3', { ...ALL, NO_PROXY: '10.0.0.0/8' }, 'http://p:1'],
    ['https://10.1.2.3', { ...ALL, NO_PROXY: '10.1.2.3' }, null],
    ['https://10.1.2.3', { ...ALL, NO_PROXY: '10.0.0.0/99' }, 'http://p:1'],
    ['https://10.1.2.3', { ...ALL, NO_PROXY: '2.3' }, 'http://p:1'],
    ['https://[fd00::7]:6443', { ...ALL, NO_PROXY: 'fd00::/8' }, null],
    ['https://[fd00::7]:6443', { ...ALL, NO_PROXY: 'fd00::7' }, null],
    ['https://[fd00::7]:6443', { ...ALL, NO_PROXY: '[fd00::7]:6443' }, null],
    ['https://[fe00::7]:6443', { ...ALL, NO_PROXY: 'fd00::/8' }, 'http://p:1'],
  ]
  for (const [url, env, expected] of cases) {
    const found = resolveProxy(new URL(url), env)
    t.equal(found?.href.replace(/\/$/, '') ?? null, expected, `${url} ${JSON.stringify(env)}`)
  }
  t.throws(() => resolveProxy(new URL('https://a'), { HTTPS_PROXY: 'ftp://x:1' }), {
    message: /^HTTPS_PROXY is not an address/,
  })
})
