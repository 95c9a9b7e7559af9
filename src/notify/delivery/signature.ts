import { createHmac } from 'node:crypto'
import type { Seconds } from '../../model/meta.ts'

const SECRET_PREFIX = 'whsec_'
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/
/** The standard asks for 24 to 64 bytes. */
const MIN_SECRET_BYTES = 24
const MAX_SECRET_BYTES = 64

/** The key of a Standard Webhooks secret (`whsec_` and base64). Throws an Error that does not repeat it. */
export function parseSecret(secret: string): Buffer {
  const encoded = secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : secret
  const key = Buffer.from(encoded, 'base64')
  if (!BASE64.test(encoded) || key.length < MIN_SECRET_BYTES || key.length > MAX_SECRET_BYTES) {
    throw new Error(
      `a secret must be ${SECRET_PREFIX} and ${MIN_SECRET_BYTES} to ${MAX_SECRET_BYTES} bytes in base64`,
    )
  }
  return key
}

/**
 * Headers of Standard Webhooks 1.0 (https://github.com/standard-webhooks/standard-webhooks): the ID, and one signature per
 * secret, so that a receiver can verify the old or the new secret during a rotation.
 */
export function buildSignatureHeaders(
  id: string,
  body: string,
  keys: readonly Buffer[],
  now: Seconds,
): Record<string, string> {
  const timestamp = String(Math.floor(now))
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp }
  if (keys.length === 0) return headers
  const signed = `${id}.${timestamp}.${body}`
  const signatures = keys.map((key) => `v1,${createHmac('sha256', key).update(signed).digest('base64')}`)
  return { ...headers, 'webhook-signature': signatures.join(' ') }
}
