/** One server-sent event, with its data read as JSON; comments come as events named `comment`. */
export interface ServerEvent {
  readonly name: string
  readonly id: string
  readonly data: Record<string, unknown>
}

/** Reads server-sent events as they come, as the standard has it (for `\n` line ends). */
export class Events {
  readonly response: Response
  readonly seen: ServerEvent[] = []
  readonly #abort: AbortController
  readonly #chunks: AsyncIterator<string>
  #text = ''
  #next = 0

  private constructor(response: Response, abort: AbortController) {
    this.response = response
    this.#abort = abort
    const { body } = response
    if (body === null) throw new TypeError('no body')
    this.#chunks = body.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]()
  }

  static async open(url: string): Promise<Events> {
    const abort = new AbortController()
    const init = { headers: { accept: 'text/event-stream' }, signal: abort.signal }
    return new Events(await fetch(url, init), abort)
  }

  /** The next event that is as wanted, not looking at any twice. Rejects when the stream ends before it. */
  async next(is: (event: ServerEvent) => boolean): Promise<ServerEvent> {
    for (;;) {
      const event = this.seen[this.#next]
      if (event === undefined) {
        if (!(await this.#read())) throw new Error(`the stream ended after ${JSON.stringify(this.seen)}`)
        continue
      }
      this.#next += 1
      if (is(event)) return event
    }
  }

  named(name: string): Promise<ServerEvent> {
    return this.next((event) => event.name === name)
  }

  /** The next event whose answer has such a message. */
  saying(message: RegExp): Promise<ServerEvent> {
    return this.next(({ data }) => message.test(String(data.message)))
  }

  /** Resolves when the stream ends. */
  async ended(): Promise<void> {
    while (await this.#read());
  }

  /** Hangs up. */
  close(): void {
    this.#abort.abort()
  }

  async #read(): Promise<boolean> {
    const { value, done } = await this.#chunks.next()
    if (done === true) return false
    this.#text += value
    const blocks = this.#text.split('\n\n')
    this.#text = blocks.pop() ?? ''
    for (const block of blocks) this.#take(block)
    return true
  }

  #take(block: string): void {
    const lines = block.split('\n')
    const field = (name: string): string =>
      lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? ''
    if (block.startsWith(':')) this.seen.push({ name: 'comment', id: '', data: {} })
    else if (field('data') !== '') {
      const data: unknown = JSON.parse(field('data'))
      this.seen.push({
        name: field('event'),
        id: field('id'),
        data: Object.fromEntries(Object.entries(Object(data))),
      })
    }
  }
}
