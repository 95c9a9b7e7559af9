/** The API server answered with an error, as a response or as an ERROR event in a watch. */
export class ApiStatusError extends Error {
  override readonly name = 'ApiStatusError'
  readonly status: number
  /** Seconds that the server asks to wait (Retry-After); null when it doesn't. */
  readonly retryAfterSeconds: number | null

  constructor(message: string, status: number, retryAfterSeconds: number | null = null) {
    super(message)
    this.status = status
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** The connection to the API server could not be made, or broke. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
  /** When the other side was last heard of, seconds since the epoch; null when unknown. */
  readonly lastHeard: number | null

  constructor(message: string, options: ErrorOptions & { readonly lastHeard?: number } = {}) {
    super(message, options)
    this.lastHeard = options.lastHeard ?? null
  }
}

/** Nothing was heard on a watch for too long to rely on it. */
export class IdleWatchError extends Error {
  override readonly name = 'IdleWatchError'
}

/** No usable cluster configuration; the message says what was looked for. */
export class ClusterConfigError extends Error {
  override readonly name = 'ClusterConfigError'
}

/** The token for the API server could not be read from Vault. The message holds nothing secret. */
export class VaultError extends Error {
  override readonly name = 'VaultError'
}

/** There are ways to a cluster, but none of them leads to pods that may be listed; the message has the reason of each. */
export class NoAccessError extends Error {
  override readonly name = 'NoAccessError'
}
