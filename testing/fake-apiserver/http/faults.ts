/** How the bytes of a watch are spoiled after its next event. */
export type Corruption =
  /** Bytes that are no frame. */
  | 'garbage'
  /** Half a frame, then the connection ends. */
  | 'truncated'
  /** A frame whose length says 1 GiB (protobuf), or a line of 64 MiB without end (JSON). */
  | 'oversized'
  /** A well-formed frame whose object is no object of the resource. */
  | 'nonsense'

/** An answer given in place of the real one. */
export interface PlannedAnswer {
  /** 410, 429, 500, 503, ... */
  readonly status: number
  /** Sent as Retry-After. */
  readonly retryAfterSeconds?: number
  /** Only for requests whose path and query contain this. */
  readonly when?: string
}

/** What goes wrong on purpose. All can be changed at any time. */
export class Faults {
  /** New connections are closed at once. */
  refuseConnections = false
  /** Milliseconds before each answer begins. */
  delayMs = 0
  /** Most bytes of a response in 10 ms; 0: no limit. */
  dripBytes = 0
  /** WatchList is answered as by servers with an old etcd: an ERROR event. */
  refuseWatchList = false
  /** WatchList is answered as by servers without the feature, such as 1.30: with 422. */
  lacksWatchList = false
  /** Watches get no bookmarks, not even the one that ends the initial events. */
  withholdBookmarks = false
  readonly #planned: { answer: PlannedAnswer; left: number }[] = []
  readonly #corruptors = new Set<(how: Corruption) => void>()
  readonly #droppers = new Set<() => void>()
  readonly #expirers = new Set<() => void>()
  #stalled: PromiseWithResolvers<void> | null = null

  /** Closes all present connections. */
  dropConnections(): void {
    for (const drop of [...this.#droppers]) drop()
  }

  /** From now on no byte of any answer is sent, until `resume`. */
  stall(): void {
    this.#stalled ??= Promise.withResolvers<void>()
  }

  resume(): void {
    this.#stalled?.resolve()
    this.#stalled = null
  }

  /** Gives a number of requests (the next that match `answer.when`) an answer of their own. */
  answerNext(count: number, answer: PlannedAnswer): void {
    this.#planned.push({ answer, left: count })
  }

  /** Spoils all open watches. */
  corruptWatches(how: Corruption): void {
    for (const corrupt of [...this.#corruptors]) corrupt(how)
  }

  /** Ends all open watches with an ERROR event 410, as when the server has lost track. */
  expireWatches(): void {
    for (const expire of [...this.#expirers]) expire()
  }

  /** Resolves when bytes may be sent. */
  async clearance(): Promise<void> {
    while (this.#stalled !== null) await this.#stalled.promise
  }

  get stalled(): boolean {
    return this.#stalled !== null
  }

  /** The planned answer for a request, used up by this call; null when there is none. */
  takeAnswer(url: string): PlannedAnswer | null {
    const index = this.#planned.findIndex(({ answer }) => url.includes(answer.when ?? ''))
    const found = this.#planned[index]
    if (found === undefined) return null
    found.left -= 1
    if (found.left <= 0) this.#planned.splice(index, 1)
    return found.answer
  }

  /** Registers a connection; returns how to forget it. */
  onDrop(drop: () => void): () => void {
    this.#droppers.add(drop)
    return () => this.#droppers.delete(drop)
  }

  /** Registers a watch; returns how to forget it. */
  onSpoil(corrupt: (how: Corruption) => void, expire: () => void): () => void {
    this.#corruptors.add(corrupt)
    this.#expirers.add(expire)
    return () => {
      this.#corruptors.delete(corrupt)
      this.#expirers.delete(expire)
    }
  }
}
