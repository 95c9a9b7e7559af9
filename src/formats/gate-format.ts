import type { Seconds } from '../model/meta.ts'
import type { GATE_FORMATS } from '../question/gate-schema.ts'
import type { Outcome } from '../wait/waiter.ts'
import { githubCommands } from './github.ts'
import { junit } from './junit.ts'
import { textLine } from './text.ts'

export type GateFormat = (typeof GATE_FORMATS)[number]
/** How a client wants to be told. */
export type GateForm = GateFormat | 'stream'

const MEDIA_TYPES: Readonly<Record<string, GateForm>> = {
  'text/event-stream': 'stream',
  'application/json': 'json',
  'application/xml': 'junit',
  'text/xml': 'junit',
  'text/plain': 'text',
  'application/*': 'json',
  '*/*': 'json',
}

/** A stream when Accept names it; else the format asked for, else the first that Accept weighs most, else JSON. */
export function negotiateForm(format: GateFormat | undefined, accept: string | undefined): GateForm {
  const wanted = accepted(accept ?? '')
  if (wanted[0] === 'stream') return 'stream'
  return format ?? wanted[0] ?? 'json'
}

/** RFC 9110, 12.5.1: the heaviest first, of equals as they come. */
function accepted(accept: string): GateForm[] {
  return accept
    .split(',')
    .map((range) => {
      const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
      const weight = parameters.find((parameter) => parameter.startsWith('q='))
      return { form: MEDIA_TYPES[type], weight: weight === undefined ? 1 : Number(weight.slice(2)) }
    })
    .filter(({ weight }) => weight > 0)
    .toSorted((left, right) => right.weight - left.weight)
    .flatMap(({ form }) => (form === undefined ? [] : [form]))
}

/** A body with its media type. */
export interface RenderedBody {
  readonly type: string
  readonly body: string
}

const TEXT_TYPE = 'text/plain; charset=utf-8'

/** The end of a wait in a format; `lines` are those of its changes, `seconds` how long it was. */
export function renderOutcome(
  format: GateFormat,
  { report, end }: Outcome,
  lines: readonly string[],
  seconds: Seconds,
): RenderedBody {
  switch (format) {
    case 'json':
      return { type: 'application/json; charset=utf-8', body: report.json }
    case 'text': {
      const last = end === 'timeout' ? [`No final verdict within ${Math.round(seconds)} s.`] : []
      return { type: TEXT_TYPE, body: [...lines, ...last].map((line) => `${line}\n`).join('') }
    }
    case 'junit':
      return { type: 'application/xml; charset=utf-8', body: junit(report.answer, seconds) }
    case 'github':
      return { type: TEXT_TYPE, body: githubCommands(report.answer) }
  }
}

/** Lines of the text format at most, about 500 bytes each; the oldest are dropped. */
const MAX_LINES = 40

/** The changes of a wait as lines. */
export class ChangeLines {
  readonly #reports: Outcome['report'][] = []

  add(report: Outcome['report']): void {
    if (report.change !== 'verdict' && report.ending === null && this.#reports.length > 0) return
    this.#reports.push(report)
    if (this.#reports.length > MAX_LINES) this.#reports.shift()
  }

  get lines(): string[] {
    return this.#reports.map(({ answer }) => textLine(answer))
  }
}
