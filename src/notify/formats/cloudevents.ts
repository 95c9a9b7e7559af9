import type { AppEvent } from '../event.ts'
import { type Format, isoTime, json } from './format.ts'
import { buildPayload } from './generic.ts'

/** Attributes of CloudEvents 1.0: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md */
function buildAttributes(event: AppEvent) {
  return {
    specversion: '1.0',
    id: event.id,
    source: `/lynceus/namespaces/${event.namespace}`,
    type: `dev.lynceus.app.${event.kind}`,
    subject: event.app,
    time: isoTime(event.at),
  }
}

/** Structured mode: attributes and data in one JSON object. */
export const cloudeventsStructured: Format = (event) =>
  json(
    { ...buildAttributes(event), datacontenttype: 'application/json', data: buildPayload(event) },
    'application/cloudevents+json; charset=utf-8',
  )

/** Binary mode: the data is the body, the attributes are headers. */
export const cloudeventsBinary: Format = (event) => {
  const headers = Object.entries(buildAttributes(event)).map(([name, value]) => [`ce-${name}`, encode(value)])
  return { ...json(buildPayload(event)), headers: Object.fromEntries(headers) }
}

/** Percent-encodes what the HTTP binding does not allow in a header: all but printable ASCII, and also " and %. */
function encode(value: string): string {
  return value.replaceAll(/[^\x21\x23\x24\x26-\x7e]+/g, (run) => encodeURIComponent(run))
}
