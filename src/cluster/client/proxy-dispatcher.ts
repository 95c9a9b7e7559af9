import type { Dispatcher } from 'undici'
import { ProxyAgent, Socks5ProxyAgent } from 'undici'

/** What connections through a proxy are made with. */
export interface ProxiedConnections {
  /** Certificate authority of the server behind the proxy, as PEM; absent: the usual ones. */
  readonly ca?: string
  /** Maximum number of connections; absent: no limit. */
  readonly connections?: number
}

/** Sends requests through an HTTP(S) or SOCKS5 proxy. */
export function proxyDispatcher(proxy: URL, { ca, connections }: ProxiedConnections = {}): Dispatcher {
  const requestTls = ca === undefined ? {} : { requestTls: { ca } }
  const limit = connections === undefined ? {} : { connections }
  return proxy.protocol.startsWith('socks')
    ? new Socks5ProxyAgent(proxy, { ...requestTls, ...limit })
    : new ProxyAgent({ uri: proxy.href, ...requestTls, ...limit })
}
