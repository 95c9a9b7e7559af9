import { generate, type SelfsignedOptions } from 'selfsigned'

/** A certificate and its key, as PEM. */
export interface Pair {
  readonly cert: string
  readonly key: string
}

/** The certificates of the fronts and of their clients. */
export interface Pki {
  readonly root: Pair
  /** Signed by the root. */
  readonly intermediate: Pair
  /** Of a server with all names that rows use, signed by the root. */
  readonly server: Pair
  /** The same, signed by the intermediate, which the server sends along. */
  readonly chained: Pair
  /** Of a server that has its name only as common name, as certificates had before 2017. */
  readonly nameless: Pair
  /** Of a server that nobody vouches for. */
  readonly stranger: Pair
  /** Of a client. */
  readonly client: (name: string) => Promise<Pair>
}

/** An address that nothing can be sent to: who gets there went through a proxy. */
export const UNREACHABLE = '224.0.0.7'
/** A name that only a proxy knows. */
export const PROXIED = 'api.proxied.example'

type Extensions = NonNullable<SelfsignedOptions['extensions']>

const AUTHORITY: Extensions = [
  { name: 'basicConstraints', cA: true, critical: true },
  { name: 'keyUsage', keyCertSign: true, cRLSign: true, digitalSignature: true, critical: true },
]
const SERVER: Extensions = [
  { name: 'extKeyUsage', serverAuth: true },
  {
    name: 'subjectAltName',
    altNames: [
      ...['127.0.0.1', '::1', UNREACHABLE, '10.96.0.1'].map((ip) => ({ type: 7 as const, ip })),
      ...['front.example', PROXIED].map((value) => ({ type: 2 as const, value })),
    ],
  },
]
const CLIENT: Extensions = [{ name: 'extKeyUsage', clientAuth: true }]

export async function createPki(): Promise<Pki> {
  const root = await certificate('conformance root', AUTHORITY)
  const intermediate = await certificate('conformance intermediate', AUTHORITY, root)
  const chained = await certificate('front', SERVER, intermediate)
  return {
    root,
    intermediate,
    server: await certificate('front', SERVER, root),
    chained: { ...chained, cert: chained.cert + intermediate.cert },
    nameless: await certificate('localhost', [{ name: 'extKeyUsage', serverAuth: true }], root),
    stranger: await certificate('stranger', SERVER),
    client: (name) => certificate(name, CLIENT, root),
  }
}

async function certificate(name: string, extensions: Extensions, ca?: Pair): Promise<Pair> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    extensions,
    keyType: 'ec',
    algorithm: 'sha256',
    ...(ca === undefined ? {} : { ca }),
  })
  return { cert: `${cert.trim()}\n`, key: `${key.trim()}\n` }
}
