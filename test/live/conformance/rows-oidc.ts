import type { Front } from './front.ts'
import type { Row } from './row.ts'
import { by } from './rows-users.ts'
import { base64, type Stage } from './stage.ts'

/** An ID token that expires in so many seconds. */
function idToken(seconds: number | null): string {
  const exp = Math.round(Date.now() / 1000 + (seconds ?? 0))
  const claims = Buffer.from(JSON.stringify(seconds === null ? {} : { exp })).toString('base64url')
  return `e30.${claims}.c2ln`
}

function oidc(seconds: number | null, more: object = {}): (stage: Stage, front: Front) => object {
  return (_stage, front) => {
    const token = idToken(seconds)
    front.tokens.set(token, 'jo')
    const config = { 'idp-issuer-url': 'https://127.0.0.1:1', 'client-id': 'c', 'id-token': token, ...more }
    return { 'auth-provider': { name: 'oidc', config } }
  }
}

/** The auth provider of OpenID Connect, and those that are gone. */
export const OIDC: readonly Row[] = [
  { name: 'an ID token', given: by(oidc(3600)), user: 'jo', by: 'both' },
  {
    name: 'an ID token without an issuer',
    given: by(oidc(3600, { 'idp-issuer-url': '' })),
    user: null,
    says: /idp-issuer-url/,
  },
  {
    name: 'an ID token that has expired, without a refresh token',
    given: by(oidc(-60)),
    user: null,
    says: /has expired/,
    by: 'both',
  },
  {
    name: 'an ID token that has expired, with a refresh token',
    given: by(async (stage, front) => {
      const fresh = idToken(3600)
      front.tokens.set(fresh, 'jo')
      const more = {
        'idp-issuer-url': await stage.issuer(fresh),
        'idp-certificate-authority-data': base64(stage.world.pki.root.cert),
        'refresh-token': 'r',
      }
      return oidc(-60, more)(stage, front)
    }),
    user: 'jo',
    differs: { user: null, case: 'the auth provider `oidc`, with an expired ID token' },
    says: /has expired, and Lynceus does not refresh it/,
  },
  { name: 'an ID token about to expire', given: by(oidc(5)), user: null, says: /has expired/ },
  { name: 'an ID token without an expiry', given: by(oidc(null)), user: null, says: /has expired/ },
  { name: 'an ID token that is none', given: by(oidc(0, { 'id-token': 'x' })), user: null },
  {
    name: 'an ID token and a token',
    given: by((stage, front) => ({ ...oidc(3600)(stage, front), token: stage.world.tokens.alice })),
    user: 'alice',
  },
  {
    name: 'an auth provider that is gone',
    given: by(() => ({ 'auth-provider': { name: 'gcp' } })),
    user: null,
    says: /gke-gcloud-auth-plugin/,
  },
]
