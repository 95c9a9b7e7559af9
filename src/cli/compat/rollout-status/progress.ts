import type { Advice } from '../../../analyze/advice.ts'
import { adviceLines, oneLine } from '../../../formats/text.ts'

/** Says what is awaited whenever that changes; standard output is for the document. */
export class StatusProgress {
  readonly #write: (line: string) => void
  #last = ''

  /** `write` gets lines without their ends. */
  constructor(write: (line: string) => void) {
    this.#write = write
  }

  say(message: string, advice: Advice = { remedy: null, next: null }): void {
    const lines = [oneLine(message), ...adviceLines(advice).map((line) => `  ${line}`)]
    const text = lines.join('\n')
    if (text === this.#last) return
    this.#last = text
    this.#write(`rollout-status: ${text}`)
  }
}
