import type { LabelSelector, Requirement } from '../model/meta.ts'

/** Maximum number of requirements of one selector. */
export const MAX_REQUIREMENTS = 32

/** The selector can't be read; the message says where. */
export class SelectorError extends Error {
  override readonly name = 'SelectorError'
}

const KEY = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/
const VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/
const TOKEN = /\s*(==|!=|=|!|,|\(|\)|[^\s=!,()]+)/y

/** The operators with values; those that are words take a list in parentheses. */
const OPERATORS = new Map<string, Requirement['operator']>([
  ['=', 'In'],
  ['==', 'In'],
  ['!=', 'NotIn'],
  ['in', 'In'],
  ['notin', 'NotIn'],
])

interface Token {
  readonly text: string
  readonly at: number
}

/**
 * Parses a label selector as the API server does: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`, separated
 * by commas. Throws a SelectorError.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
export function parseSelector(text: string): LabelSelector {
  const parser = new Parser(tokens(text), text.length)
  const selector = [parser.requirement()]
  while (!parser.done) {
    parser.expect(',')
    selector.push(parser.requirement())
    if (selector.length > MAX_REQUIREMENTS)
      throw new SelectorError(`more than ${MAX_REQUIREMENTS} requirements`)
  }
  return selector
}

function tokens(text: string): Token[] {
  const found: Token[] = []
  TOKEN.lastIndex = 0
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const word = match[1] ?? ''
    found.push({ text: word, at: TOKEN.lastIndex - word.length })
  }
  return found
}

class Parser {
  readonly #tokens: readonly Token[]
  readonly #end: number
  #next = 0

  constructor(found: readonly Token[], end: number) {
    this.#tokens = found
    this.#end = end
  }

  get done(): boolean {
    return this.#next >= this.#tokens.length
  }

  requirement(): Requirement {
    if (this.#peek() === '!') {
      this.#take()
      return { key: this.#key(), operator: 'DoesNotExist', values: [] }
    }
    const key = this.#key()
    const token = this.#peek() ?? ''
    const operator = OPERATORS.get(token)
    if (operator === undefined) return { key, operator: 'Exists', values: [] }
    this.#take()
    return { key, operator, values: /^\w/.test(token) ? this.#values() : [this.#value()] }
  }

  expect(wanted: string): void {
    const { text, at } = this.#take()
    if (text !== wanted)
      throw new SelectorError(
        `"${wanted}" was expected at ${at + 1}, not ${text === '' ? 'the end' : `"${text}"`}`,
      )
  }

  #values(): string[] {
    this.expect('(')
    const values = [this.#value()]
    while (this.#peek() === ',') {
      this.#take()
      values.push(this.#value())
    }
    this.expect(')')
    return values
  }

  #key(): string {
    const { text, at } = this.#take()
    if (!KEY.test(text))
      throw new SelectorError(`a label key was expected at ${at + 1}${text === '' ? '' : `, not "${text}"`}`)
    return text
  }

  /** May be empty, as in `a=` or `a in (b,)`. */
  #value(): string {
    const next = this.#peek()
    if (next === undefined || next === ',' || next === ')') return ''
    const { text, at } = this.#take()
    if (!VALUE.test(text)) throw new SelectorError(`a label value was expected at ${at + 1}, not "${text}"`)
    return text
  }

  #peek(): string | undefined {
    return this.#tokens[this.#next]?.text
  }

  #take(): Token {
    const token = this.#tokens[this.#next] ?? { text: '', at: this.#end }
    this.#next += 1
    return token
  }
}
