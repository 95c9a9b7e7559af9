import { type ParseArgsConfig, parseArgs } from 'node:util'
import { closest } from '../lib/closest.ts'
import { type Command, EXIT, type ProcessContext, UsageError } from './command.ts'

type Options = NonNullable<ParseArgsConfig['options']>

/** A flag of a command, as the command line and the help have it. */
export interface Flag {
  /** What stands for its value in the help, such as FILE; absent: a switch. */
  readonly value?: string
  /** The variable that is read where the flag is not given. */
  readonly variable?: string
  /** What it does, in sentences. */
  readonly text: string
}

/** Flags by their names without dashes, in the order of the help. */
export type Flags = Readonly<Record<string, Flag>>

/** A command with flags. */
export interface CommandWithFlags {
  readonly name: string
  readonly summary: string
  /** What the help says before and after the flags. */
  readonly usage: string
  readonly epilogue?: string
  readonly flags: Flags
  /** Arguments besides flags at most; 0 by default. */
  readonly maxPositionals?: number
  readonly run: (flags: ParsedFlags, context: ProcessContext) => Promise<number>
}

/** Makes a command of its flags: it reads them, and knows `--help`. */
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

/** A command line taken apart; only what was given is there. */
export interface ParsedFlags {
  /** Flags with a value, by name without dashes. */
  readonly values: Readonly<Record<string, string | undefined>>
  /** Flags without a value. */
  readonly given: ReadonlySet<string>
  readonly positionals: readonly string[]
}

const HELP = { help: { type: 'boolean', short: 'h' } } as const

/**
 * Reads a command's flags; `--help` and `-h` are always known. Throws a UsageError for a flag that is not known, for a
 * value that is missing or too much, and (unless help is asked for) for more than `maxPositionals` other arguments.
 */
function parseFlags(args: readonly string[], flags: Flags, maxPositionals = 0): ParsedFlags {
  const types = Object.entries(flags).map(
    ([name, { value }]) => [name, { type: value === undefined ? 'boolean' : 'string' }] as const,
  )
  const known: Options = { ...Object.fromEntries(types), ...HELP }
  // Not strict: the errors of node:util name flags in words of its own, and suggest none.
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

/** The error for an argument that the command has no place for. */
export function unexpectedArgument(argument: string): UsageError {
  return new UsageError(`Unexpected argument "${argument}".`)
}

/** A flag as node:util found it: `value` is undefined where none was given. */
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
  // Most likely the value was forgotten, and the next flag stands in its place.
  else if (inlineValue !== true && /^-./.test(value))
    throw new UsageError(
      `Flag "${rawName}" needs a value. One that begins with a dash is written ${rawName}=${value}.`,
    )
}

/** `argument` is the whole of it: to node:util `-kind` is five flags of one letter, and nobody means those. */
function unknownFlag(argument: string, known: readonly string[]): UsageError {
  const [flag = argument] = argument.split('=', 1)
  const meant = closest(flag.replace(/^-+/, ''), known)
  const hint = meant === undefined ? '' : ` Did you mean "--${meant}"?`
  return new UsageError(`Unknown flag "${flag}".${hint}`)
}
