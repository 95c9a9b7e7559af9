import { readFileSync, statSync } from 'node:fs'
import { parse, YAMLParseError } from 'yaml'
import { type NotifySettings, parseNotifySettings } from '../notify/settings.ts'
import { NotifySettingsError } from '../notify/settings-error.ts'

/** Size of the settings file, bytes: a Secret cannot be larger. */
const MAX_BYTES = 1024 * 1024

/** The settings of the notifier, or null when nothing names a target. Throws a NotifySettingsError. */
export function readNotifySettings(
  variable: string | undefined,
  path: string | undefined,
): NotifySettings | null {
  return parseNotifySettings(variable, path === undefined ? undefined : (readDocument(path) ?? {}))
}

function readDocument(path: string): unknown {
  const text = readText(path)
  try {
    return parse(text)
  } catch (error) {
    // Only the place and the code: the parser's messages quote the file, which contains URLs and secrets.
    const where =
      error instanceof YAMLParseError
        ? `line ${error.linePos?.[0].line ?? 'unknown'}: ${error.code}`
        : 'an alias'
    throw new NotifySettingsError(`the notifier's settings file ${path} is not valid YAML (${where})`)
  }
}

function readText(path: string): string {
  try {
    const { size } = statSync(path)
    if (size > MAX_BYTES) throw new RangeError(`it has ${size} bytes; at most ${MAX_BYTES} are read`)
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new NotifySettingsError(`cannot read the notifier's settings file ${path}`, { cause })
  }
}
