/** Why there is no answer: the data that it needs can't be relied on. */
type UnavailableCode = 'not-synced' | 'stale' | 'forbidden' | 'no-such-resource' | 'ledger-unreadable'

/** The cache does not know enough to answer. Never a verdict: what is missing could be the failure. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError'
  readonly code: UnavailableCode

  constructor(code: UnavailableCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
