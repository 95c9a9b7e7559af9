import { readFileSync, statSync } from 'node:fs'
import { parse, YAMLParseError } from 'yaml'
import { type NotifySettings, parseNotifySettings } from '../notify/settings.ts'
import { NotifySettingsError } from '../notify/settings-error.ts'

/** Largest settings file, bytes: a Secret cannot hold more. */
const MAX_BYTES = 1024 * 1024

/** The settings of the notifier, or null when nothing names a target. Throws a NotifySettingsError. */
export function readNotifySettings(
  variable: string | undefined,
  path: string | undefined,
): NotifySettings | null {
  return parseNotifySettings(variable, path === undefined ? undefined : (readDocument(path) ?? {}))
}

function readDocument(path: string): unknown {
  const text = readBounded(path)
  try {
    return parse(text)
  } catch (error) {
    // The parser's messages quote the file, which holds URLs and secrets: only where and of what kind is told.
    const where =
      error instanceof YAMLParseError
        ? `line ${error.linePos?.[0].line ?? 'unknown'}: ${error.code}`
        : 'an alias'
    throw new NotifySettingsError(`the notifier's settings file ${path} is not valid YAML (${where})`)
  }
}

function readBounded(path: string): string {
  try {
    const { size } = statSync(path)
    if (size > MAX_BYTES) throw new RangeError(`it has ${size} bytes; at most ${MAX_BYTES} are read`)
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new NotifySettingsError(`cannot read the notifier's settings file ${path}`, { cause })
  }
}
