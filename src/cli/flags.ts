import { type ParseArgsConfig, parseArgs } from 'node:util'
import { closest } from '../lib/closest.ts'
import { type Command, EXIT, type ProcessContext, UsageError } from './command.ts'

type Options = NonNullable<ParseArgsConfig['options']>

/** A flag of a command, for the parser and the help. */
export interface Flag {
  /** The placeholder of its value in the help, such as FILE; absent for a switch. */
  readonly value?: string
  /** The environment variable that is read without the flag. */
  readonly variable?: string
  /** Its description, in sentences. */
  readonly text: string
}

/** Flags by their names without dashes, in the order of the help. */
export type Flags = Readonly<Record<string, Flag>>

/** A command with flags. */
export interface CommandWithFlags {
  readonly name: string
  readonly summary: string
  /** The help before the flags; `epilogue` is the help after them. */
  readonly usage: string
  readonly epilogue?: string
  readonly flags: Flags
  /** Maximum number of arguments besides flags; 0 by default. */
  readonly maxPositionals?: number
  readonly run: (flags: ParsedFlags, context: ProcessContext) => Promise<number>
}

/** Makes a command that parses its flags and answers `--help`. */
export function defineCommand({ name, summary, run, ...spec }: CommandWithFlags): Command {
  return {
    name,
    summary,
    run: async (context) => {
      const flags = parseFlags(context.args, spec.flags, spec.maxPositionals)
      if (!flags.given.has('help')) return run(flags, context)
      context.stdout.write(
        `${spec.usage}\n${describeFlags(spec.flags)}${spec.epilogue === undefined ? '' : `\n${spec.epilogue}`}`,
      )
      return EXIT.pass
    },
  }
}

function describeFlags(flags: Flags): string {
  const rows = Object.entries(flags).map(([name, { value = '', variable, text }]) => {
    const head = [`--${name} ${value}`.trimEnd(), ...(variable === undefined ? [] : [variable])].join(', ')
    return `  ${head}\n      ${text.replaceAll('\n', '\n      ')}\n`
  })
  return `${rows.join('')}  -h, --help\n      This text.\n`
}

/** A parsed command line; it holds only what was given. */
export interface ParsedFlags {
  /** Flags with a value, by name without dashes. */
  readonly values: Readonly<Record<string, string | undefined>>
  /** Flags without a value. */
  readonly given: ReadonlySet<string>
  readonly positionals: readonly string[]
}

const HELP = { help: { type: 'boolean', short: 'h' } } as const

/**
 * Parses a command's flags; `--help` and `-h` are always known. Throws a UsageError for an unknown flag, for a missing or
 * unexpected value, and (unless help is asked for) for more than `maxPositionals` other arguments.
 */
function parseFlags(args: readonly string[], flags: Flags, maxPositionals = 0): ParsedFlags {
  const types = Object.entries(flags).map(
    ([name, { value }]) => [name, { type: value === undefined ? 'boolean' : 'string' }] as const,
  )
  const known: Options = { ...Object.fromEntries(types), ...HELP }
  // Not strict: node:util words its errors differently, and suggests no flag.
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options: known,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  for (const token of tokens) if (token.kind === 'option') checkFlag(token, args, known)
  const entries = Object.entries(values)
  const given = new Set(entries.flatMap(([name, value]) => (value === true ? [name] : [])))
  const stray = positionals[maxPositionals]
  if (stray !== undefined && !given.has('help')) throw unexpectedArgument(stray)
  return {
    values: Object.fromEntries(
      entries.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
    ),
    given,
    positionals,
  }
}

/** The error for a surplus argument. */
export function unexpectedArgument(argument: string): UsageError {
  return new UsageError(`Unexpected argument "${argument}".`)
}

/** A flag as node:util parsed it; `value` is undefined without one. */
interface FlagToken {
  readonly name: string
  /** As it was written, with its dashes. */
  readonly rawName: string
  /** Which argument it came in. */
  readonly index: number
  readonly value: string | undefined
  readonly inlineValue: boolean | undefined
}

function checkFlag(token: FlagToken, args: readonly string[], known: Options): void {
  const { name, rawName, index, value, inlineValue } = token
  const option = Object.hasOwn(known, name) ? known[name] : undefined
  if (option === undefined) throw unknownFlag(args[index] ?? rawName, Object.keys(known))
  if (option.type === 'boolean') {
    if (value !== undefined) throw new UsageError(`Flag "${rawName}" takes no value.`)
  } else if (value === undefined) throw new UsageError(`Flag "${rawName}" needs a value.`)
  // Most likely the value is missing, and the next flag was taken for it.
  else if (inlineValue !== true && /^-./.test(value))
    throw new UsageError(
      `Flag "${rawName}" needs a value. One that begins with a dash is written ${rawName}=${value}.`,
    )
}

/** `argument` is the whole argument: node:util takes `-kind` for five flags of one letter, which nobody means. */
function unknownFlag(argument: string, known: readonly string[]): UsageError {
  const [flag = argument] = argument.split('=', 1)
  const meant = closest(flag.replace(/^-+/, ''), known)
  const hint = meant === undefined ? '' : ` Did you mean "--${meant}"?`
  return new UsageError(`Unknown flag "${flag}".${hint}`)
}
