import type { Connection } from './connection.ts'
import { ConnectionError } from './errors.ts'

/** How long the answer may take, ms. */
const TIMEOUT_MS = 10_000

/**
 * Whether a namespace exists, as far as that may be asked: lists and watches of one that does not exist succeed and stay
 * empty. True where the role does not allow the question, or the API server does not answer: whoever goes on hears that.
 */
export async function existsNamespace(
  connection: Pick<Connection, 'request'>,
  namespace: string,
): Promise<boolean> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}`
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  try {
    const { status, body } = await connection.request({ path, accept: 'application/json', signal })
    body.destroy()
    return status !== 404
  } catch (error) {
    if (error instanceof ConnectionError) return true
    throw error
  }
}
