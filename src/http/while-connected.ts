import type { FastifyReply } from 'fastify'

/** Runs a wait with a signal that is aborted when the client leaves. */
export async function whileConnected<R>(
  { raw }: FastifyReply,
  wait: (signal: AbortSignal) => Promise<R>,
): Promise<R> {
  const gone = new AbortController()
  const abort = (): void => gone.abort()
  raw.once('close', abort)
  if (raw.destroyed) abort()
  try {
    return await wait(gone.signal)
  } finally {
    raw.off('close', abort)
  }
}
