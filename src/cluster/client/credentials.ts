import { readFile } from 'node:fs/promises'
import { errorChain } from '../../lib/error-chain.ts'
import type { Seconds } from '../../model/meta.ts'
import { ConnectionError } from './errors.ts'

/** What one request shows that it may. */
export interface Credential {
  /** The header Authorization. */
  readonly authorization?: string
  /** A client certificate and its key, as PEM, in place of those of the kubeconfig. */
  readonly cert?: string
  readonly key?: string
}

/** Where credentials come from. */
export interface Credentials {
  /** The credential for the next request. Rejects with an error that holds nothing secret. */
  current(): Promise<Credential>
  /** After a 401 to a request with `refused`: another one if there is one, else the same. Rejects as `current` does. */
  renew(refused: Credential): Promise<Credential>
}

/** The header for a name and a password, RFC 7617. */
export function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

/** Always the same. */
export function staticCredential(credential: Credential): Credentials {
  const always = (): Promise<Credential> => Promise.resolve(credential)
  return { current: always, renew: always }
}

/** Reads once for all who wait, and keeps the credential until it expires or is refused. */
export class CachedCredential implements Credentials {
  readonly #read: () => Promise<{ readonly credential: Credential; readonly until: Seconds }>
  readonly #now: () => Seconds
  #last: Credential | null = null
  #until: Seconds = Number.NEGATIVE_INFINITY
  #reading: Promise<Credential> | null = null

  constructor(
    read: () => Promise<{ readonly credential: Credential; readonly until: Seconds }>,
    now: () => Seconds,
  ) {
    this.#read = read
    this.#now = now
  }

  async current(): Promise<Credential> {
    return this.#last !== null && this.#now() < this.#until ? this.#last : this.#refresh()
  }

  async renew(refused: Credential): Promise<Credential> {
    // Another request has renewed it meanwhile.
    if (this.#last !== null && this.#last !== refused) return this.#last
    return this.#refresh()
  }

  #refresh(): Promise<Credential> {
    this.#reading ??= this.#readOnce().finally(() => {
      this.#reading = null
    })
    return this.#reading
  }

  async #readOnce(): Promise<Credential> {
    const { credential, until } = await this.#read()
    this.#until = until
    if (this.#last === null || !isSame(credential, this.#last)) this.#last = credential
    return this.#last
  }
}

function isSame(one: Credential, other: Credential): boolean {
  return one.authorization === other.authorization && one.cert === other.cert && one.key === other.key
}

/** How long a token of a file is used before it is read again, as tokens rotate (client-go: as long), seconds. */
const TOKEN_SECONDS = 50

/** A token that rotates in a file; until that can be read, `first`. One that was read is used while it cannot. */
export function fileToken(path: string, now: () => Seconds, first = ''): Credentials {
  let last = first
  return new CachedCredential(async () => {
    try {
      // Token files often end with a newline, which no header may have.
      const token = (await readFile(path, 'utf8')).trim()
      if (token === '') throw new Error('it is empty')
      last = token
    } catch (cause) {
      if (last === '')
        throw new ConnectionError(`cannot read the token ${path}: ${errorChain(cause)}`, { cause })
    }
    return { credential: { authorization: `Bearer ${last}` }, until: now() + TOKEN_SECONDS }
  }, now)
}
