import type { App } from './app-type.ts'

/** All addresses of IPv6 and, as the sockets of Node are never of IPv6 alone, of IPv4. */
const ALL = '::'
const ALL_OF_IPV4 = '0.0.0.0'

/** How a system without IPv6 refuses `::`: the first without the protocol, the second where no interface may have it. */
const WITHOUT_IPV6: ReadonlySet<string> = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL'])

/** Listens on a host, by default on every address that there is. Rejects when the system refuses. */
export async function listenOn(
  app: Pick<App, 'listen'>,
  host: string | undefined,
  port: number,
): Promise<void> {
  try {
    await app.listen({ host: host ?? ALL, port })
  } catch (error) {
    if (host !== undefined || !isWithoutIpv6(error)) throw error
    await app.listen({ host: ALL_OF_IPV4, port })
  }
}

function isWithoutIpv6(error: unknown): boolean {
  return error instanceof Error && 'code' in error && WITHOUT_IPV6.has(String(error.code))
}
