/** A flag as Go's flag package has it; `parse` returns undefined for a value that makes no sense. */
export interface GoFlag {
  /** Go's word for its type in the usage; empty for a switch. */
  readonly type: 'string' | 'int' | 'duration' | ''
  readonly usage: string
  /** How the default is written in the usage; empty: none is shown. */
  readonly shownDefault: string
  /** What is wrong with a value, in Go's words; null: nothing. */
  readonly problem: (value: string) => string | null
}

/** What Go's flag package would do with a command line. */
export type GoParsed =
  /** Only what was given is there; the last of several wins. Switches are `true` or `false`. */
  | { readonly type: 'values'; readonly values: ReadonlyMap<string, string> }
  | { readonly type: 'help' }
  | { readonly type: 'misuse'; readonly message: string }

/**
 * Reads flags as Go's flag package does: one dash or two, `-flag=value` or `-flag value`, switches without a value or
 * with `=value`; the first argument that is not a flag, or `--`, ends them. https://pkg.go.dev/flag#hdr-Command_line_flag_syntax
 */
export function parseGoFlags(
  args: readonly string[],
  flags: Readonly<Record<string, GoFlag | undefined>>,
): GoParsed {
  const values = new Map<string, string>()
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? ''
    if (!arg.startsWith('-') || arg === '-' || arg === '--') break
    const [, name = '', assigned] = /^--?([^=]*)(?:=(.*))?$/s.exec(arg) ?? []
    if (name === '' || name.startsWith('-')) return misuse(`bad flag syntax: ${arg}`)
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined
    if (flag === undefined) {
      if (name === 'help' || name === 'h') return { type: 'help' }
      return misuse(`flag provided but not defined: -${name}`)
    }
    const value = assigned ?? (flag.type === '' ? 'true' : args[++at])
    if (value === undefined) return misuse(`flag needs an argument: -${name}`)
    const problem = flag.problem(value)
    if (problem !== null) return misuse(refusal(name, flag, value, problem))
    values.set(name, value)
  }
  return { type: 'values', values }
}

function misuse(message: string): GoParsed {
  return { type: 'misuse', message }
}

function refusal(name: string, { type }: GoFlag, value: string, problem: string): string {
  const what =
    type === '' ? `boolean value ${JSON.stringify(value)} for` : `value ${JSON.stringify(value)} for flag`
  return `invalid ${what} -${name}: ${problem}`
}

/** The usage as Go prints it: flags in alphabetical order, each with its type, text and default. */
export function goUsage(program: string, flags: Readonly<Record<string, GoFlag>>): string {
  const names = Object.keys(flags).toSorted()
  const rows = names.map((name) => {
    const { type = '', usage = '', shownDefault = '' } = flags[name] ?? {}
    const initial = shownDefault === '' ? '' : ` (default ${shownDefault})`
    return `  -${name}${type === '' ? '' : ` ${type}`}\n    \t${usage}${initial}\n`
  })
  return `Usage of ${program}:\n${rows.join('')}`
}

const TRUE: ReadonlySet<string> = new Set(['1', 't', 'T', 'TRUE', 'true', 'True'])
const FALSE: ReadonlySet<string> = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False'])

/** As Go's strconv.ParseBool; undefined for anything else. */
export function goBool(text: string): boolean | undefined {
  if (TRUE.has(text)) return true
  return FALSE.has(text) ? false : undefined
}

/** A decimal, hexadecimal, octal or binary integer with a sign; undefined when it is none or of more than 53 bits. */
export function goInt(text: string): number | undefined {
  const [, sign, digits] = /^([+-]?)(0x[\da-f]+|0o?[0-7]+|0b[01]+|0|[1-9]\d*)$/i.exec(text) ?? []
  if (digits === undefined) return undefined
  const number = Number(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits)
  if (!Number.isSafeInteger(number)) return undefined
  return sign === '-' && number !== 0 ? -number : number
}
