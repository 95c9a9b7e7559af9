import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { Seconds } from '../../model/meta.ts'
import { type Credentials, staticCredential } from './credentials.ts'
import { ClusterConfigError } from './errors.ts'
import type { UserEntry } from './kubeconfig.ts'

const CLAIMS = Type.Object({ exp: Type.Optional(Type.Number()) })

/** A token that expires this soon counts as expired, as it does for client-go. */
const EXPIRY_MARGIN_SECONDS = 10

/**
 * The ID token that an auth provider "oidc" left in the kubeconfig, as long as it is valid. It is not refreshed: an issuer
 * may give a new refresh token in place of the old one, and unless that is written back, kubectl's sign-in ends. Throws a
 * ClusterConfigError, also for the providers that client-go has removed.
 */
export function oidcToken(
  userName: string,
  provider: NonNullable<UserEntry['auth-provider']>,
  now: () => Seconds,
): Credentials {
  const { name = '', config = {} } = provider
  if (name !== 'oidc')
    throw new ClusterConfigError(
      `user "${userName}": the auth provider "${name}" was removed from Kubernetes clients; use an exec plugin instead (for Google gke-gcloud-auth-plugin, for Azure kubelogin)`,
    )
  for (const key of ['idp-issuer-url', 'client-id'])
    if (!config[key])
      throw new ClusterConfigError(`user "${userName}": the auth provider "oidc" has no ${key}`)
  const token = config['id-token'] ?? ''
  const expiry = readExpiry(token)
  if (expiry === null || now() + EXPIRY_MARGIN_SECONDS >= expiry)
    throw new ClusterConfigError(
      `user "${userName}": the ID token of the auth provider "oidc" ${token === '' ? 'is missing' : 'has expired'}, and Lynceus does not refresh it; run kubectl once, or use an exec plugin such as kubelogin (kubectl oidc-login)`,
    )
  return staticCredential({ authorization: `Bearer ${token}` })
}

/** When a JSON web token expires; null for what is not one, or does not say. */
function readExpiry(token: string): Seconds | null {
  const [, payload, signature] = token.split('.')
  if (payload === undefined || signature === undefined) return null
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    return Value.Check(CLAIMS, claims) ? (claims.exp ?? null) : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
