/** There is no answer, because the data that it needs are missing or too old. */
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
