import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')
const LINK_LOCAL = new BlockList()
// "This host" reaches loopback on Linux; link-local is where clouds serve credentials. Neither is ever allowed.
LINK_LOCAL.addSubnet('0.0.0.0', 8, 'ipv4')
LINK_LOCAL.addSubnet('169.254.0.0', 16, 'ipv4')
LINK_LOCAL.addAddress('::', 'ipv6')
LINK_LOCAL.addSubnet('fe80::', 10, 'ipv6')
// The metadata service of AWS has this one too, which is not link-local.
LINK_LOCAL.addAddress('fd00:ec2::254', 'ipv6')
// NAT64 (RFC 6052) leads to IPv4 addresses; those above, written so.
LINK_LOCAL.addSubnet('64:ff9b::', 104, 'ipv6')
LINK_LOCAL.addSubnet('64:ff9b::7f00:0', 104, 'ipv6')
LINK_LOCAL.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6')

type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/** The address that a target leads to is not one that events may be sent to. The message names no address. */
export class RefusedAddressError extends Error {
  override readonly name = 'RefusedAddressError'
}

/** Whether events may be sent to an IP address. */
export function isAllowed(address: string, allowLoopback: boolean): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  if (LINK_LOCAL.check(address, family)) return false
  return allowLoopback || !LOOPBACK.check(address, family)
}

/** Throws a RefusedAddressError when a URL's host is itself an address that is refused: no look-up will see it. */
export function checkLiteral({ hostname }: URL, allowLoopback: boolean): void {
  const host = hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0 && !isAllowed(host, allowLoopback)) throw refused()
}

/**
 * Resolves names for one connection, and refuses at that very moment: a name that was checked before may lead elsewhere now.
 * A name with several addresses is refused when one of them is.
 */
export function guardedLookup(allowLoopback: boolean, resolve: Resolve = lookup): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, '')
      const [first] = addresses
      if (first === undefined || !addresses.every(({ address }) => isAllowed(address, allowLoopback)))
        return done(refused(), '')
      if (options.all === true) return done(null, addresses)
      return done(null, first.address, first.family)
    })
  }
}

function refused(): RefusedAddressError {
  return new RefusedAddressError('its address is on loopback or link-local, which is refused')
}
