import type { Answer } from '../../analyze/answer-schema.ts'
import { oneLine, textLine } from '../../formats/text.ts'
import { CLEAR_LINE } from '../../lib/terminal.ts'
import { truncate } from '../../lib/text.ts'

/** The output for progress. */
export interface ProgressScreen {
  readonly write: (text: string) => void
  /** Null without a terminal: lines are then not rewritten. */
  readonly columns: number | null
  readonly colours: boolean
}

/** How often the elapsed time is redrawn, ms. */
const TICK_MS = 1000

/** Shows progress: one live line on a terminal, else a line for each change. */
export class Progress {
  readonly #screen: ProgressScreen
  readonly #startedAt = performance.now()
  readonly #tick: NodeJS.Timeout | undefined
  /** The last answer, or a placeholder before the first. */
  #words = 'connecting'
  /** The text of the live line: the last answer, after any trouble. */
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

  /** Prints a line of its own, which stays. */
  note(message: string): void {
    if (this.#screen.columns !== null) this.#screen.write(CLEAR_LINE)
    this.#screen.write(`note: ${oneLine(message)}\n`)
  }

  /** Clears the live line. */
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
