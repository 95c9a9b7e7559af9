/** A setting's value or file cannot be used; the message names it and where it came from. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}
