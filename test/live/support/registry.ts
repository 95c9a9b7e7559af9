import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'

/** Answers of a registry for a repository: status and error code of the distribution specification. */
const REPOSITORIES: Readonly<Record<string, readonly [number, string]>> = {
  missing: [404, 'MANIFEST_UNKNOWN'],
  denied: [403, 'DENIED'],
}

/**
 * An image registry that refuses every pull in a way that the repository's name chooses. Returns its host and port;
 * containerd speaks plain HTTP to loopback addresses.
 */
export async function refusingRegistry(t: Test): Promise<string> {
  const server = createServer((request, response) => {
    const [, , repository = ''] = (request.url ?? '').split('/')
    const [status, code] = REPOSITORIES[repository] ?? [200, '']
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(status === 200 ? '{}' : JSON.stringify({ errors: [{ code, message: code.toLowerCase() }] }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  return `127.0.0.1:${portOf(server.address())}`
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the registry has no port')
  return address.port
}
