import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'

/**
 * Never a target, by ipaddr.js's names of ranges (IANA's special-purpose registries): "this host" reaches loopback on
 * Linux; link-local is where clouds serve credentials; no connection goes to many; the others hide IPv4 addresses, and
 * nobody serves webhooks there. Private, shared and reserved ranges are allowed: clusters have their pods in them.
 */
const REFUSED_RANGES: ReadonlySet<string> = new Set([
  'unspecified',
  'linkLocal',
  'multicast',
  'broadcast',
  'discard',
  'rfc6145',
  '6to4',
  'teredo',
])
/** The metadata service of AWS has this one too, which is not link-local. */
const AWS_METADATA = 'fd00:ec2::254'
/** IPv4-compatible addresses (RFC 4291) hide IPv4 addresses; ipaddr.js has no name for them. */
const IPV4_COMPATIBLE = ipaddr.IPv6.parseCIDR('::/96')
/** ... and takes them for IPv4-mapped ones when they are written with dots. */
const DOTTED_COMPATIBLE = /^::\d+\./
/** NAT64 prefixes of one's own (RFC 8215), which may hold the IPv4 address in the middle or at the end (RFC 6052). */
const LOCAL_NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b:1::/48')

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
  if (!ipaddr.isValid(address) || DOTTED_COMPATIBLE.test(address)) return false
  const ip = ipaddr.parse(address)
  const range = ip.range()
  if (range === 'loopback') return allowLoopback
  if (REFUSED_RANGES.has(range)) return false
  return ip instanceof ipaddr.IPv4 || isAllowedV6(ip, allowLoopback)
}

function isAllowedV6(ip: ipaddr.IPv6, allowLoopback: boolean): boolean {
  if (ip.isIPv4MappedAddress()) return isAllowed(ip.toIPv4Address().toString(), allowLoopback)
  if (ip.match(LOCAL_NAT64)) return hiddenIn(ip).every((inner) => isAllowed(inner, false))
  // Another machine translates: loopback would be its own.
  if (ip.range() === 'rfc6052') return isAllowed(lastFour(ip), false)
  return !ip.match(IPV4_COMPATIBLE) && new ipaddr.IPv6(ip.parts).toString() !== AWS_METADATA
}

/** The IPv4 addresses that one of a /48 and of a /96 prefix would lead to. */
function hiddenIn(ip: ipaddr.IPv6): string[] {
  const bytes = ip.toByteArray()
  // Byte 8 is always 0 (RFC 6052, section 2.2).
  const inMiddle = [...bytes.slice(6, 8), ...bytes.slice(9, 11)].join('.')
  const found = [inMiddle, lastFour(ip)].filter((four) => four !== '0.0.0.0')
  return found.length === 0 ? ['0.0.0.0'] : found
}

function lastFour(ip: ipaddr.IPv6): string {
  return ip.toByteArray().slice(12).join('.')
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
