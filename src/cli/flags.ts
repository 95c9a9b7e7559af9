import { type ParseArgsConfig, parseArgs } from 'node:util'
import { UsageError } from './command.ts'

type Options = NonNullable<ParseArgsConfig['options']>

/** A command line taken apart; only what was given is there. */
export interface ParsedFlags {
  /** Flags with a value, by name without dashes. */
  readonly values: Readonly<Record<string, string | undefined>>
  /** Flags without a value. */
  readonly given: ReadonlySet<string>
  readonly positionals: readonly string[]
}

/** Reads a command's flags; `--help` and `-h` are always known. Throws a UsageError. */
export function parseFlags(args: readonly string[], options: Options): ParsedFlags {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      strict: true,
      allowPositionals: true,
    })
    const entries = Object.entries(values)
    return {
      values: Object.fromEntries(
        entries.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
      ),
      given: new Set(entries.flatMap(([name, value]) => (value === true ? [name] : []))),
      positionals,
    }
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    // The rest explains how to pass what begins with a dash as a file name.
    throw new UsageError(cause.message.split('. ')[0] ?? cause.message)
  }
}
