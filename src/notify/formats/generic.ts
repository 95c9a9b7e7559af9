import type { AppEvent } from '../event.ts'
import { type Format, isoTime, json } from './format.ts'

/** The event in Lynceus's own format, which is also the data of CloudEvents. */
export function buildPayload(event: AppEvent) {
  const { id, kind, namespace, app, workload, dynoType, pod, container, restarts, count } = event
  const { code, reason, exitCode, message, release, image, remedy = null, next = null, cluster } = event
  return {
    id,
    kind,
    time: isoTime(event.at),
    app: { name: app, namespace, type: dynoType },
    workload,
    pod,
    container,
    restarts,
    count,
    code,
    reason,
    exitCode,
    message,
    remedy,
    next,
    release: release === null ? null : { id: release, image },
    ...(cluster === undefined ? {} : { cluster }),
  }
}

/** All facts of an event as one JSON object. */
export const generic: Format = (event) => json(buildPayload(event))
