import { akkeris } from './akkeris.ts'
import { cloudeventsBinary, cloudeventsStructured } from './cloudevents.ts'
import type { Format } from './format.ts'
import { generic } from './generic.ts'
import { slack } from './slack.ts'

export const FORMAT_NAMES = ['akkeris', 'cloudevents', 'cloudevents-binary', 'slack', 'generic'] as const
export type FormatName = (typeof FORMAT_NAMES)[number]

export const FORMATS: Readonly<Record<FormatName, Format>> = {
  akkeris,
  cloudevents: cloudeventsStructured,
  'cloudevents-binary': cloudeventsBinary,
  slack,
  generic,
}
