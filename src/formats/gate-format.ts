import type { Seconds } from '../model/meta.ts'
import type { GATE_FORMATS } from '../question/parse-gate.ts'
import type { WaitResult } from '../wait/gate-waits.ts'
import type { Snapshot } from '../wait/snapshot.ts'
import { githubCommands } from './github.ts'
import { junit } from './junit.ts'
import { explanation, textLine } from './text.ts'

export type GateFormat = (typeof GATE_FORMATS)[number]
/** The form of an answer. */
type GateForm = GateFormat | 'stream'

const MEDIA_TYPES: Readonly<Record<string, GateForm>> = {
  'text/event-stream': 'stream',
  'application/json': 'json',
  'application/xml': 'junit',
  'text/xml': 'junit',
  'text/plain': 'text',
  'application/*': 'json',
  '*/*': 'json',
}

/** A stream when Accept prefers it; else the format of the question, else the form that Accept prefers, else JSON. */
export function negotiateForm(format: GateFormat | undefined, accept: string | undefined): GateForm {
  const wanted = accepted(accept ?? '')
  if (wanted[0] === 'stream') return 'stream'
  return format ?? wanted[0] ?? 'json'
}

/** The forms that Accept names, by weight, else in its order (RFC 9110, 12.5.1). */
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
interface RenderedBody {
  readonly type: string
  readonly body: string
}

const TEXT_TYPE = 'text/plain; charset=utf-8'

/** Renders the result of a wait. `lines`: one for each change; `seconds`: how long the wait took. */
export function renderResult(
  format: GateFormat,
  { snapshot, reason }: WaitResult,
  lines: readonly string[],
  seconds: Seconds,
): RenderedBody {
  switch (format) {
    case 'json':
      return { type: 'application/json; charset=utf-8', body: snapshot.json }
    case 'text': {
      const last = reason === 'timeout' ? [`No final verdict within ${Math.round(seconds)} s.`] : []
      const all = [...lines, ...explanation(snapshot.answer), ...last]
      return { type: TEXT_TYPE, body: all.map((line) => `${line}\n`).join('') }
    }
    case 'junit':
      return { type: 'application/xml; charset=utf-8', body: junit(snapshot.answer, seconds) }
    case 'github':
      return { type: TEXT_TYPE, body: githubCommands(snapshot.answer) }
  }
}

/** Maximum number of lines of the text format, about 500 bytes each; the oldest are dropped. */
const MAX_LINES = 40

/** The changes of a wait as lines. */
export class ChangeLines {
  readonly #changes: Snapshot[] = []

  add(snapshot: Snapshot): void {
    if (snapshot.change !== 'verdict' && snapshot.final === null && this.#changes.length > 0) return
    this.#changes.push(snapshot)
    if (this.#changes.length > MAX_LINES) this.#changes.shift()
  }

  get lines(): string[] {
    return this.#changes.map(({ answer }) => textLine(answer))
  }
}
