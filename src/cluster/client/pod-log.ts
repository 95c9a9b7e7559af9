import type { Readable } from 'node:stream'
import { readStart } from '../../lib/read-bounded.ts'
import type { ContainerRun } from '../../model/log.ts'
import type { Connection } from './connection.ts'
import { ApiStatusError, ConnectionError } from './errors.ts'

/** What of a log is read. */
interface LogPart {
  /** From its end. */
  readonly lines: number
  /** From the first of these lines: what is beyond is cut off at the end. */
  readonly maxBytes: number
  readonly signal: AbortSignal
}

/** The API server's answer for a pod without a node. */
const NO_CONTENT = 204

/**
 * The last lines of the log of a container's run; empty where the pod has no node. Rejects with an ApiStatusError or a
 * ConnectionError: the kubelet is unreachable, the role does not allow reading logs, or the container never ran.
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#get-read-log-of-the-specified-pod
 */
export async function readPodLog(
  connection: Pick<Connection, 'request'>,
  run: Pick<ContainerRun, 'namespace' | 'pod' | 'container' | 'previous'>,
  { lines, maxBytes, signal }: LogPart,
): Promise<string> {
  const { namespace, pod, container, previous } = run
  const query = new URLSearchParams({
    container,
    tailLines: String(lines),
    limitBytes: String(maxBytes),
    ...(previous ? { previous: 'true' } : {}),
  })
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log?${query}`
  const response = await connection.request({ path, accept: '*/*', signal })
  const text = await read(response.body, maxBytes)
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

async function read(body: Readable, maxBytes: number): Promise<string> {
  try {
    const bytes = await readStart(body, maxBytes)
    // `stream` drops a character that the limit cut in two; its replacement character could exceed the limit.
    return new TextDecoder().decode(bytes, { stream: true })
  } catch (cause) {
    throw new ConnectionError('the log broke off', { cause })
  } finally {
    body.destroy()
  }
}
