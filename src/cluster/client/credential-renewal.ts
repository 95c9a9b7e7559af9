/**
 * Whether the credentials for the API server can be renewed. Their source reports each attempt; the service logs what
 * changes and shows the problem. As long as the old credentials are valid nothing else would show it.
 */
export class CredentialRenewal {
  #problem: string | null = null
  #notify: (problem: string | null) => void = () => undefined

  /** Why the last attempt failed, without secrets; null when it succeeded or there was none. */
  get problem(): string | null {
    return this.#problem
  }

  /** Calls `listener` when the problem changes, and now when there is one: attempts that fail alike count as one. */
  onChange(listener: (problem: string | null) => void): void {
    this.#notify = listener
    if (this.#problem !== null) listener(this.#problem)
  }

  /** `reason` must not hold a secret: it is logged and shown. */
  failed(reason: string): void {
    this.#set(reason)
  }

  succeeded(): void {
    this.#set(null)
  }

  #set(problem: string | null): void {
    if (problem === this.#problem) return
    this.#problem = problem
    this.#notify(problem)
  }
}
