import type { AppEvent } from '../event.ts'
import { type Format, json } from './format.ts'

const HEADLINES = {
  crashed: 'crashed',
  recovered: 'recovered',
  released: 'was released',
  'release-failed': 'failed to release',
} as const

/** A line of text, and what to do under it, for Slack, Mattermost and compatible services: https://docs.slack.dev/messaging/formatting-message-text */
export const slack: Format = (event) => {
  const { kind, app, namespace, release, cluster } = event
  const where = cluster === undefined ? namespace : `${namespace} (${cluster})`
  const which = release === null ? '' : ` as ${release}`
  const line = escapeText(`*${app}* in ${where} ${HEADLINES[kind]}${which}${describeCause(event)}`)
  return json({ text: [line, ...describeAdvice(event)].join('\n') })
}

/** What to do; the command as code, which holds nothing that Slack gives a meaning. */
function describeAdvice({ remedy, next }: AppEvent): string[] {
  return [
    ...(remedy === null || remedy === undefined ? [] : [escapeText(remedy)]),
    ...(next === null || next === undefined ? [] : [`\`${escapeText(next)}\``]),
  ]
}

/** The end of the sentence. A release has no cause. */
function describeCause({ kind, message }: AppEvent): string {
  return kind === 'released' ? '.' : `: ${message.replace(/^Container /, 'container ')}`
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
