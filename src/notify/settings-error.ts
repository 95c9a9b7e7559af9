/** The settings of the notifier make no sense; the message names the target, never its URL. */
export class NotifySettingsError extends Error {
  override readonly name = 'NotifySettingsError'
}
