import { APPS_MESSAGES } from './apps.ts'
import { BATCH_MESSAGES } from './batch.ts'
import { CORE_MESSAGES } from './core.ts'
import { META_MESSAGES } from './meta.ts'

const SCALARS = ['string', 'int32', 'int64', 'bool', 'bytes'] as const
const SPECIALS = ['Time', 'MicroTime', 'Quantity', 'IntOrString', 'FieldsV1', 'RawExtension'] as const

/** Scalars, and the messages whose JSON form is not an object of their fields. */
export type PlainType = (typeof SCALARS)[number] | (typeof SPECIALS)[number]

/**
 * How a field occurs: `one` (a plain Go field: always on the wire), `pointer` (on the wire when set), `list`, `map`
 * (with string keys), `inline` (a message on the wire whose fields stand in its parent's JSON).
 */
export type FieldMode = 'one' | 'pointer' | 'list' | 'map' | 'inline'

export interface Field {
  readonly name: string
  readonly number: number
  readonly mode: FieldMode
  /** The JSON form has the field even when it is empty (no `omitempty`, or a struct). */
  readonly always: boolean
  readonly type: PlainType | Message
}

export interface Message {
  readonly name: string
  /** In the order of their numbers, which is that of the wire. */
  readonly fields: readonly Field[]
  readonly byNumber: ReadonlyMap<number, Field>
  /** Names that the JSON form may have. */
  readonly names: ReadonlySet<string>
}

const NOTATION = /^(?<name>\w*):(?<number>\d+):(?<type>\w+)(?<mode>\[\]|\{\}|\?|~)?(?<always>!)?$/
const MODES: ReadonlyMap<string, FieldMode> = new Map([
  ['', 'one'],
  ['?', 'pointer'],
  ['[]', 'list'],
  ['{}', 'map'],
  ['~', 'inline'],
])

/**
 * Compiles the tables of this folder. A message is a line that starts with its name (continued on indented lines), its
 * fields are `name:number:type` with `[]` for a list, `{}` for a map with string keys, `?` for a pointer, `~` for an
 * inlined message, and `!` where the JSON form always has the field.
 */
class Compiler {
  readonly #sources = new Map<string, readonly string[]>()
  readonly #messages = new Map<string, Message>()

  constructor(texts: readonly string[]) {
    for (const block of texts.join('\n').split(/\n(?=\w)/)) {
      const [name = '', ...fields] = block.trim().split(/\s+/)
      this.#sources.set(name, fields)
    }
  }

  message(name: string): Message {
    const known = this.#messages.get(name)
    if (known !== undefined) return known
    const source = this.#sources.get(name)
    if (source === undefined) throw new Error(`no message ${name} in the schema`)
    const fields: Field[] = []
    const byNumber = new Map<number, Field>()
    const names = new Set<string>()
    const message: Message = { name, fields, byNumber, names }
    this.#messages.set(name, message)
    for (const text of source) {
      const field = this.#field(text)
      fields.push(field)
      byNumber.set(field.number, field)
      names.add(field.name)
    }
    return message
  }

  #field(text: string): Field {
    const { name = '', number, type = '', mode = '', always } = NOTATION.exec(text)?.groups ?? {}
    const plain = [...SCALARS, ...SPECIALS].find((known) => known === type)
    return {
      name,
      number: Number(number),
      mode: MODES.get(mode) ?? 'one',
      always: always !== undefined,
      type: plain ?? this.message(type),
    }
  }
}

/** The message of a kind (`Pod`, `Deployment`, `Status`, ...). */
export type MessageLookup = (kind: string) => Message

/** Compiles the schema. Throws when a kind that is asked for is not in it. */
export function compileSchema(): MessageLookup {
  const compiler = new Compiler([META_MESSAGES, CORE_MESSAGES, APPS_MESSAGES, BATCH_MESSAGES])
  return (kind) => compiler.message(kind)
}
