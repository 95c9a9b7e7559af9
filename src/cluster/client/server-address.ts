import { posix } from 'node:path'
import { ClusterConfigError } from './errors.ts'

/**
 * The address of an API server as client-go reads it: without a scheme it is http and has no path, and a path is decoded,
 * cleaned and encoded anew. It ends without a slash. Throws a ClusterConfigError.
 * https://github.com/kubernetes/client-go/blob/v0.34.4/rest/url_utils.go
 */
export function parseServer(text: string): URL {
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text)
  const url = URL.parse(hasScheme ? text : `http://${text}`)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new ClusterConfigError('the server of the cluster is not an http(s) address')
  if (!hasScheme && url.pathname !== '/')
    throw new ClusterConfigError(
      'the server of the cluster has a path and no scheme; write https:// before it',
    )
  url.pathname = encodePath(posix.normalize(decode(url.pathname))).replace(/\/$/, '')
  url.search = ''
  url.hash = ''
  return url
}

/** The host of a URL, an IPv6 address without its brackets. */
export function readHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

/** The port of a URL, that of its scheme where it names none. */
export function readPort(url: URL): number {
  const usual: Readonly<Record<string, number>> = {
    'https:': 443,
    'http:': 80,
    'socks5:': 1080,
    'socks5h:': 1080,
  }
  return url.port === '' ? (usual[url.protocol] ?? 0) : Number(url.port)
}

/** What a user in the address stands for, whatever other credentials there are; null without one. */
export function serverUser({ username, password }: URL): { username: string; password: string } | null {
  return username === '' && password === ''
    ? null
    : { username: decode(username), password: decode(password) }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    throw new ClusterConfigError('the server of the cluster is not an address: a % of it means nothing', {
      cause,
    })
  }
}

/** What Go's net/url leaves as it is in a path. */
const PLAIN = /[A-Za-z0-9\-_.~$&+,/:;=@]/

function encodePath(path: string): string {
  return Array.from(Buffer.from(path), (byte) => {
    const character = String.fromCharCode(byte)
    return PLAIN.test(character) ? character : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`
  }).join('')
}
