import type { FastifyBaseLogger } from 'fastify'
import type { CredentialRenewal } from '../cluster/client/credential-renewal.ts'
import type { Health } from './health.ts'

/** Shows in /readyz and the log when the credentials for the API server cannot be renewed. */
export function reportRenewal(renewal: CredentialRenewal, health: Health, log: FastifyBaseLogger): void {
  const sentence = 'the token for the API server cannot be renewed; the last one stays in use'
  health.alsoTell(() => (renewal.problem === null ? null : `${sentence}: ${renewal.problem}`))
  renewal.onChange((problem) => {
    if (problem === null) log.info('the token for the API server is renewed again')
    else log.warn({ error: problem }, sentence)
  })
}
