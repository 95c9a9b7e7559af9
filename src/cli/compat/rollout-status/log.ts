import type { Readable } from 'node:stream'
import type { Connection } from '../../../cluster/client/connection.ts'
import { ApiStatusError, ConnectionError } from '../../../cluster/client/errors.ts'
import { readStart } from '../../../lib/read-bounded.ts'
import { type ContainerRef, MAX_LOG_BYTES } from './outcome.ts'

const LINES = 20
/** The API server's answer for a pod without a node. */
const NO_CONTENT = 204
/** How long the log may take, ms: the verdict waits for it. */
const TIMEOUT_MS = 10_000

/**
 * The last lines of a container's log. Rejects with an ApiStatusError or a ConnectionError: the kubelet is unreachable,
 * the role does not allow reading logs, or the container never ran.
 */
export async function readLogTail(connection: Connection, ref: ContainerRef): Promise<string> {
  const { namespace, pod, container, previous } = ref
  const query = new URLSearchParams({
    container,
    tailLines: String(LINES),
    limitBytes: String(MAX_LOG_BYTES),
    ...(previous ? { previous: 'true' } : {}),
  })
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log?${query}`
  const response = await connection.request({ path, accept: '*/*', signal })
  const text = await read(response.body)
  if (response.status === NO_CONTENT) return ''
  if (response.status !== 200) throw new ApiStatusError(refusal(text, response.status), response.status)
  return text
}

/** Proxies answer with HTML or nothing; then the status code says enough. */
function refusal(body: string, status: number): string {
  try {
    const object: unknown = JSON.parse(body)
    if (typeof object === 'object' && object !== null && 'message' in object) return String(object.message)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  return `HTTP ${status}`
}

async function read(body: Readable): Promise<string> {
  try {
    const bytes = await readStart(body, MAX_LOG_BYTES)
    // `stream` drops a character that the limit cut in two; its replacement character could exceed the limit.
    return new TextDecoder().decode(bytes, { stream: true })
  } catch (cause) {
    throw new ConnectionError('the log broke off', { cause })
  } finally {
    body.destroy()
  }
}
