import { LEGACY_CODES } from '../event.ts'
import { type Format, isoTime, json } from './format.ts'

/** The payloads of apps-watcher, field by field. It reported only crashes and releases, and only of labelled apps. */
export const akkeris: Format = (event) => {
  if (!event.legacy) return null
  const app = { name: event.app }
  const space = { name: event.namespace }
  const key = `${event.app}-${event.namespace}`
  if (event.kind === 'crashed' && event.code !== null) {
    return json({
      app,
      space,
      dynos: [{ dyno: event.dyno ?? '', type: event.dynoType }],
      key,
      action: 'crashed',
      description: LEGACY_CODES[event.code],
      code: event.code,
      restarts: event.restarts,
      crashed_at: isoTime(event.at),
    })
  }
  if (event.kind !== 'released') return null
  return json({
    app,
    space,
    dyno: { type: event.dynoType },
    release: { id: event.release ?? '' },
    key,
    action: 'released',
    slug: { image: event.image ?? '' },
    released_at: isoTime(event.at),
  })
}
