import { LEGACY_CODES } from '../event.ts'
import { type Format, json } from './format.ts'

const HEADLINES = {
  crashed: 'crashed',
  recovered: 'recovered',
  released: 'was released',
  'release-failed': 'failed to release',
} as const

/** A line of text as Slack, Mattermost and their like take it: https://docs.slack.dev/messaging/formatting-message-text */
export const slack: Format = ({ kind, app, namespace, code, message, release }) => {
  const what = code === null ? '' : ` (${code} ${LEGACY_CODES[code]})`
  const which = release === null ? '' : ` as ${release}`
  const line = `*${app}* in ${namespace} ${HEADLINES[kind]}${which}${what}: ${message}`
  return json({ text: escaped(line) })
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
