import { BlockList, isIP } from 'node:net'
import { ClusterConfigError } from './errors.ts'
import type { Environment } from './kubeconfig.ts'
import { readHost, readPort } from './server-address.ts'

/**
 * The proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name for an address, upper or lower case, by the rules of Go's
 * net/http; null for none. Throws a ClusterConfigError for one that is not an address. https://pkg.go.dev/golang.org/x/net/http/httpproxy
 */
export function resolveProxy(url: URL, env: Environment): URL | null {
  const read = (name: string): string => env[name] || env[name.toLowerCase()] || ''
  const variable = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY'
  const text = read(variable)
  if (text === '' || isLocal(readHost(url)) || isExempt(url, read('NO_PROXY'))) return null
  const proxy = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`)
  if (proxy === null || !/^(https?|socks5h?):$/.test(proxy.protocol))
    throw new ClusterConfigError(`${variable} is not an address that begins with http, https or socks5`)
  return proxy
}

function isLocal(host: string): boolean {
  const family = isIP(host)
  if (family === 0) return host === 'localhost'
  return family === 4 ? host.startsWith('127.') : host === '::1'
}

/** Entries are `*`, addresses, ranges, and names that stand for their subdomains too (`.name`: only for those). */
function isExempt(url: URL, list: string): boolean {
  const host = readHost(url).toLowerCase()
  const port = String(readPort(url))
  return list
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '')
    .some((entry) => entry === '*' || isInRange(host, entry) || isNamed(host, port, entry))
}

function isInRange(host: string, entry: string): boolean {
  const [address = '', bits, ...rest] = entry.split('/')
  const family = isIP(address)
  const length = Number(bits)
  const isRange = family !== 0 && rest.length === 0 && bits !== undefined && /^\d+$/.test(bits)
  if (!isRange || length > (family === 4 ? 32 : 128) || isIP(host) === 0) return false
  const ranges = new BlockList()
  ranges.addSubnet(address, length, family === 4 ? 'ipv4' : 'ipv6')
  return ranges.check(host, isIP(host) === 4 ? 'ipv4' : 'ipv6')
}

function isNamed(host: string, port: string, entry: string): boolean {
  const { name = '', number } = /^\[?(?<name>[^\]]*?)\]?(?::(?<number>\d+))?$/.exec(entry)?.groups ?? {}
  const [plain, wanted] = isIP(entry) === 0 ? [name, number] : [entry, undefined]
  if (wanted !== undefined && wanted !== port) return false
  if (isIP(host) !== 0) return host === plain
  const suffix = plain.replace(/^\*\./, '.')
  return suffix.startsWith('.') ? host.endsWith(suffix) : host === suffix || host.endsWith(`.${suffix}`)
}
