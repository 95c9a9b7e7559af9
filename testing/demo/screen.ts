import { VERDICT_STYLES } from '../../src/formats/text.ts'
import { paint, type Style } from '../../src/lib/terminal.ts'

/** Widest that text is set, also on wider terminals. */
const WIDEST = 100
const INDENT = ' '.repeat(17)

/** Where the demo is shown. */
export interface ScreenOptions {
  readonly write: (text: string) => void
  readonly colours: boolean
  /** Columns of the terminal. */
  readonly columns: number
  /** Seconds since the epoch. */
  readonly now: () => number
}

/** Lines of the demo: what happens in the cluster on the left of what Lynceus says about it. */
export class Screen {
  readonly #options: ScreenOptions
  readonly #startedAt: number

  constructor(options: ScreenOptions) {
    this.#options = options
    this.#startedAt = options.now()
  }

  title(text: string): void {
    const rule = '─'.repeat(Math.max(this.#width() - text.length - 5, 3))
    this.#line(`\n${this.#paint('bold', `── ${text} ${rule}`)}`)
  }

  /** A paragraph. */
  say(text: string): void {
    for (const line of wrap(text, this.#width())) this.#line(line)
  }

  blank(): void {
    this.#line('')
  }

  /** Something happened in the cluster. */
  cluster(what: string): void {
    this.#entry('cluster', 'blue', this.#paint('dim', what))
  }

  /** A request is asked from now on. */
  request(label: string, path: string): void {
    this.#entry('asking', 'cyan', `${this.#paint('bold', label)}: GET ${path}`)
  }

  /** The answer to a request changed. */
  answer(label: string, verdict: string, code: string | null, message: string): void {
    const shown = this.#paint(chooseStyle(verdict), verdict.toUpperCase())
    const why = code === null ? '' : ` (${code})`
    this.#entry('verdict', 'cyan', `${this.#paint('bold', label)}: ${shown}${why}`)
    for (const line of wrap(message, this.#width() - INDENT.length)) this.#line(INDENT + line)
  }

  /** A line of the summary. */
  outcome(right: boolean, text: string): void {
    const mark = right ? this.#paint('green', '✓') : this.#paint('red', '✗')
    this.#line(`  ${mark} ${text}`)
  }

  /** A command to copy: never wrapped. */
  command(text: string): void {
    this.#line(`  ${this.#paint('cyan', text)}`)
  }

  #entry(label: string, style: Style, text: string): void {
    const seconds = (this.#options.now() - this.#startedAt).toFixed(1).padStart(5)
    this.#line(`${this.#paint('dim', `${seconds}s`)}  ${this.#paint(style, label.padEnd(8))} ${text}`)
  }

  #line(text: string): void {
    this.#options.write(`${text}\n`)
  }

  #width(): number {
    return Math.max(Math.min(this.#options.columns, WIDEST), 40)
  }

  #paint(style: Style, text: string): string {
    return paint(this.#options.colours, style, text)
  }
}

/** What is no verdict, such as a status of HTTP, is only bold. */
function chooseStyle(verdict: string): Style {
  return Object.entries(VERDICT_STYLES).find(([name]) => name === verdict)?.[1] ?? 'bold'
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
