import type { Dispatcher } from 'undici'
import { resolveProxy } from '../cluster/client/environment-proxy.ts'
import type { ProcessContext } from './command.ts'

/** A request to a Lynceus server. */
export interface ServerRequest {
  readonly headers?: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** Default: follow. */
  readonly redirect?: 'error' | 'follow'
}

/** One for each proxy, so that its connections last from one request to the next. */
const dispatchers = new Map<string, Dispatcher>()

/** Fetches from a Lynceus server, through the proxy that the environment names for it. Throws what fetch() throws. */
export async function fetchServer(
  url: URL,
  { headers = {}, signal, redirect = 'follow' }: ServerRequest,
  env: ProcessContext['env'],
): Promise<Pick<Response, 'ok' | 'status' | 'headers' | 'body'>> {
  const proxy = resolveProxy(url, env)
  const init = { headers: { ...headers }, signal, redirect }
  if (proxy === null) return fetch(url, init)
  // Node's own fetch takes no dispatchers of another version of undici.
  const [{ fetch: fetchThrough }, { proxyDispatcher }] = await Promise.all([
    import('undici'),
    import('../cluster/client/proxy-dispatcher.ts'),
  ])
  const dispatcher = dispatchers.get(proxy.href) ?? proxyDispatcher(proxy)
  dispatchers.set(proxy.href, dispatcher)
  return fetchThrough(url, { ...init, dispatcher })
}
