import type { Answer } from '../../analyze/answer-schema.ts'
import { oneLine, textLine } from '../../formats/text.ts'
import { CLEAR_LINE } from '../../lib/terminal.ts'
import { truncate } from '../../lib/text.ts'

/** Where progress is shown. */
export interface ProgressScreen {
  readonly write: (text: string) => void
  /** Null: no terminal, so that lines stay. */
  readonly columns: number | null
  readonly colours: boolean
}

/** The live line shows the time that has passed, ms. */
const TICK_MS = 1000

/** What is awaited: one live line on a terminal, else a line for each change. */
export class Progress {
  readonly #screen: ProgressScreen
  readonly #startedAt = performance.now()
  readonly #tick: NodeJS.Timeout | undefined
  /** The last answer, or what comes before the first. */
  #words = 'connecting'
  /** What is shown: the last answer, after trouble if there is any. */
  #live = this.#words

  constructor(screen: ProgressScreen) {
    this.#screen = screen
    if (screen.columns !== null) this.#tick = setInterval(() => this.#show(), TICK_MS)
  }

  answer(answer: Answer): void {
    this.#words = `${answer.verdict} ${answer.target}: ${oneLine(answer.message)}`
    this.#say(this.#words, textLine(answer, this.#screen.colours))
  }

  trouble(message: string): void {
    this.#say(`${oneLine(message)}; last: ${this.#words}`, `no contact: ${oneLine(message)}`)
  }

  /** Leaves no live line behind. */
  end(): void {
    clearInterval(this.#tick)
    if (this.#screen.columns !== null) this.#screen.write(CLEAR_LINE)
  }

  #say(live: string, line: string): void {
    const isNew = live !== this.#live
    this.#live = live
    if (this.#screen.columns !== null) this.#show()
    else if (isNew) this.#screen.write(`${line}\n`)
  }

  #show(): void {
    const seconds = Math.floor((performance.now() - this.#startedAt) / 1000)
    const text = `${seconds} s  ${this.#live}`
    this.#screen.write(CLEAR_LINE + truncate(text, (this.#screen.columns ?? text.length) - 1))
  }
}
