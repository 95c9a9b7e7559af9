import type { Connection } from '../../../cluster/client/connection.ts'
import { readPodLog } from '../../../cluster/client/pod-log.ts'
import { type ContainerRef, MAX_LOG_BYTES } from './outcome.ts'

const LINES = 20
/** How long the log may take, ms: the verdict waits for it. */
const TIMEOUT_MS = 10_000

/** The last lines of a container's log, as they are: they are a member of JSON. Rejects as readPodLog() does. */
export function readLogTail(connection: Connection, ref: ContainerRef): Promise<string> {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  return readPodLog(connection, ref, { lines: LINES, maxBytes: MAX_LOG_BYTES, signal })
}
