import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'

/**
 * An HTTP server written to the documented API of Vault: a KV engine of version 1 at `kv/` and one of version 2 at
 * `secret/`. It is not Vault.
 */
export class VaultServer {
  /** The Vault token that may read. */
  readonly token = 'vault-token'
  /** Fields of the secret `kubernetes` of both engines. */
  fields: Readonly<Record<string, unknown>> = { token: 'api-token' }
  /** Answers instead, when set. */
  answer: ((response: ServerResponse) => void) | null = null
  readonly requests: { readonly url: string; readonly headers: IncomingHttpHeaders }[] = []
  readonly #server = createServer(({ url = '/', headers }, response) => {
    this.requests.push({ url, headers })
    if (this.answer !== null) return this.answer(response)
    const [status, body] = this.#respond(url, headers)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  url = ''

  async start(t: { teardown(handler: () => void): void }): Promise<this> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    const address = this.#server.address()
    if (typeof address === 'object' && address !== null) this.url = `http://127.0.0.1:${address.port}`
    t.teardown(() => {
      this.#server.closeAllConnections()
      this.#server.close()
    })
    return this
  }

  #respond(url: string, headers: IncomingHttpHeaders): readonly [status: number, body: object] {
    if (headers['x-vault-token'] !== this.token) return [403, { errors: ['permission denied'] }]
    const envelope = { request_id: '1', lease_id: '', renewable: false, lease_duration: 0, warnings: null }
    const metadata = { created_time: '2026-01-01T00:00:00Z', deletion_time: '', destroyed: false, version: 1 }
    const mount = (path: string, version: string) => ({
      ...envelope,
      data: { path, type: 'kv', options: { version } },
    })
    switch (url) {
      case '/v1/kv/kubernetes':
        return [200, { ...envelope, data: this.fields }]
      case '/v1/secret/data/kubernetes':
        return [200, { ...envelope, data: { data: this.fields, metadata } }]
      case '/v1/sys/internal/ui/mounts/secret/kubernetes':
      case '/v1/sys/internal/ui/mounts/secret/none':
        return [200, mount('secret/', '2')]
      case '/v1/sys/internal/ui/mounts/kv/none':
        return [200, mount('kv/', '1')]
      default:
        return [404, { errors: [] }]
    }
  }
}
