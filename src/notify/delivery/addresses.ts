import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { readHost } from '../../cluster/client/server-address.ts'

/**
 * Refused ranges, by ipaddr.js's names (IANA's special-purpose registries): "this host" reaches loopback on Linux; clouds
 * serve credentials on link-local addresses; multicast and broadcast take no connections; the others embed IPv4 addresses,
 * and nobody serves webhooks there. Private, shared and reserved ranges are allowed: clusters have their pods in them.
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
/** An address of the metadata service of AWS that is not link-local. */
const AWS_METADATA = 'fd00:ec2::254'
/** IPv4-compatible addresses (RFC 4291) embed IPv4 addresses; ipaddr.js has no name for them ... */
const IPV4_COMPATIBLE = ipaddr.IPv6.parseCIDR('::/96')
/** ... and mistakes those with dots for IPv4-mapped ones. */
const DOTTED_COMPATIBLE = /^::\d+\./
/** Local NAT64 prefixes (RFC 8215). The embedded IPv4 address is in the middle or at the end (RFC 6052). */
const LOCAL_NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b:1::/48')

type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/** Events may not be sent to the address of a target. The message does not contain it. */
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
  if (ip.match(LOCAL_NAT64)) return listEmbedded(ip).every((inner) => isAllowed(inner, false))
  // A NAT64 gateway translates the address: loopback would be the gateway's own.
  if (ip.range() === 'rfc6052') return isAllowed(getLastFour(ip), false)
  return !ip.match(IPV4_COMPATIBLE) && new ipaddr.IPv6(ip.parts).toString() !== AWS_METADATA
}

/** The IPv4 addresses that a /48 and a /96 prefix would embed. */
function listEmbedded(ip: ipaddr.IPv6): string[] {
  const bytes = ip.toByteArray()
  // Byte 8 is always 0 (RFC 6052, section 2.2).
  const inMiddle = [...bytes.slice(6, 8), ...bytes.slice(9, 11)].join('.')
  const found = [inMiddle, getLastFour(ip)].filter((four) => four !== '0.0.0.0')
  return found.length === 0 ? ['0.0.0.0'] : found
}

function getLastFour(ip: ipaddr.IPv6): string {
  return ip.toByteArray().slice(12).join('.')
}

/** Throws a RefusedAddressError when the host of a URL is itself a refused address: it is never looked up. */
export function checkLiteral(url: URL, allowLoopback: boolean): void {
  const host = readHost(url)
  if (isIP(host) !== 0 && !isAllowed(host, allowLoopback)) throw buildRefusal()
}

/**
 * Resolves the name for each connection and checks the addresses then: a name that was checked earlier may resolve to other
 * addresses now. It refuses a name if it refuses any of its addresses.
 */
export function guardedLookup(allowLoopback: boolean, resolve: Resolve = lookup): LookupFunction {
  const resolveOnce = deduplicate(resolve)
  return (hostname, options, done) => {
    resolveOnce(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, '')
      const [first] = addresses
      if (first === undefined || !addresses.every(({ address }) => isAllowed(address, allowLoopback)))
        return done(buildRefusal(), '')
      if (options.all === true) return done(null, addresses)
      return done(null, first.address, first.family)
    })
  }
}

/**
 * Runs one look-up of a name at a time and shares its result. Look-ups block the few threads of the whole process: a name
 * server that does not answer must not occupy them all for one target.
 */
function deduplicate(resolve: Resolve): Resolve {
  const running = new Map<string, Parameters<Resolve>[2][]>()
  return (hostname, options, done) => {
    const callbacks = running.get(hostname) ?? []
    callbacks.push(done)
    if (callbacks.length > 1) return
    running.set(hostname, callbacks)
    resolve(hostname, options, (error, addresses) => {
      running.delete(hostname)
      for (const callback of callbacks) callback(error, addresses)
    })
  }
}

function buildRefusal(): RefusedAddressError {
  return new RefusedAddressError('its address is on loopback or link-local, which is refused')
}
