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
// IPv4-compatible (RFC 4291), 6to4 (RFC 3056) and Teredo (RFC 4380) hide IPv4 addresses, too; nobody serves webhooks there.
LINK_LOCAL.addSubnet('::', 96, 'ipv6')
LINK_LOCAL.addSubnet('2002::', 16, 'ipv6')
LINK_LOCAL.addSubnet('2001::', 32, 'ipv6')
/** NAT64 prefixes of one's own (RFC 8215), which may hold the IPv4 address in the middle or at the end (RFC 6052). */
const LOCAL_NAT64 = new BlockList()
LOCAL_NAT64.addSubnet('64:ff9b:1::', 48, 'ipv6')

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
  if (LOCAL_NAT64.check(address, family) && !hiddenIn(address).every((inner) => isAllowed(inner, false)))
    return false
  if (LOOPBACK.check(address, family)) return allowLoopback
  return !LINK_LOCAL.check(address, family)
}

/** The IPv4 addresses that one of a /48 and of a /96 prefix would lead to. */
function hiddenIn(address: string): string[] {
  // As a URL's host an IPv6 address is in its shortest form, without dots.
  const [head = '', tail = ''] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const [left, right] = [head, tail].map((part) => part.split(':').filter((group) => group !== ''))
  const middle = Array.from({ length: 8 - (left?.length ?? 0) - (right?.length ?? 0) }, () => '0')
  const bytes = [...(left ?? []), ...middle, ...(right ?? [])].flatMap((group) => {
    const number = Number.parseInt(group, 16)
    return [number >> 8, number & 0xff]
  })
  // Byte 8 is always 0 (RFC 6052, section 2.2).
  const inMiddle = [...bytes.slice(6, 8), ...bytes.slice(9, 11)]
  const found = [inMiddle, bytes.slice(12)].filter((four) => four.some((byte) => byte !== 0))
  return found.length === 0 ? ['0.0.0.0'] : found.map((four) => four.join('.'))
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
  const once = shared(resolve)
  return (hostname, options, done) => {
    once(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, '')
      const [first] = addresses
      if (first === undefined || !addresses.every(({ address }) => isAllowed(address, allowLoopback)))
        return done(refused(), '')
      if (options.all === true) return done(null, addresses)
      return done(null, first.address, first.family)
    })
  }
}

/**
 * One look-up of a name at a time, whoever asks: they are made by a few threads that the whole process shares, and a
 * name server that does not answer must not occupy them all for one target.
 */
function shared(resolve: Resolve): Resolve {
  const waiting = new Map<string, Parameters<Resolve>[2][]>()
  return (hostname, options, done) => {
    const others = waiting.get(hostname)
    if (others !== undefined) {
      others.push(done)
      return
    }
    const all = [done]
    waiting.set(hostname, all)
    resolve(hostname, options, (error, addresses) => {
      waiting.delete(hostname)
      for (const one of all) one(error, addresses)
    })
  }
}

function refused(): RefusedAddressError {
  return new RefusedAddressError('its address is on loopback or link-local, which is refused')
}
