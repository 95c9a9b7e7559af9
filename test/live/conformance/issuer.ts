import { once } from 'node:events'
import { createServer } from 'node:https'
import { portOf } from './front.ts'
import type { Pair } from './pki.ts'

/** An OpenID Connect issuer, as far as a client that refreshes its token needs one. */
export async function startIssuer(
  pair: Pair,
  idToken: string,
): Promise<{ readonly url: string; readonly stop: () => void }> {
  let url = ''
  const server = createServer({ ...pair }, (request, response) => {
    const answer = request.url?.startsWith('/.well-known/')
      ? { issuer: url, token_endpoint: `${url}/token` }
      : { access_token: 'a', token_type: 'Bearer', id_token: idToken, refresh_token: 'another' }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `https://127.0.0.1:${portOf(server.address())}`
  return {
    url,
    stop: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
