import type { FastifyBaseLogger } from 'fastify'
import type { ClusterCache } from './cache/cluster-cache.ts'
import type { CredentialRenewal } from './cluster/credential-renewal.ts'
import type { ClusterListener } from './cluster/watcher.ts'
import type { Health } from './http/health.ts'
import { errorChain } from './lib/error-chain.ts'
import type { WatchMetrics } from './metrics/watch.ts'
import type { Seconds } from './model/meta.ts'

/** Leads what is heard of the cluster into the cache, and tells metrics and the log how the hearing goes. */
export function cacheListener(
  cache: ClusterCache,
  metrics: WatchMetrics,
  log: FastifyBaseLogger,
  now: () => Seconds,
): ClusterListener {
  const absent = new Set<string>()
  return {
    upsert: (resource, record) => cache.apply(resource, 'MODIFIED', record, now()),
    remove: (resource, record) => cache.apply(resource, 'DELETED', record, now()),
    retain: (resource, namespace, uids) => {
      cache.retain(resource, namespace, uids, now())
    },
    state: (resource, namespace, state) => cache.setWatchState(resource, namespace, state),
    event: (resource, type) => metrics.event(resource, type),
    listed: (resource, seconds) => {
      metrics.listed(resource, seconds)
      log.info({ resource, seconds: Math.round(seconds * 1000) / 1000 }, 'listed')
    },
    restarted: (resource, namespace, reason, error) => {
      metrics.restarted(resource, reason)
      if (reason === 'absent') {
        // Asked again every few seconds until its definition is installed: said once.
        if (!absent.has(resource)) log.info({ resource }, 'the API server does not have this resource (yet)')
        absent.add(resource)
      } else if (reason === 'timeout') log.debug({ resource, namespace }, 'the watch ended and begins anew')
      else
        log.warn({ resource, namespace, reason, error: errorChain(error) }, 'the watch broke and begins anew')
    },
  }
}

/** Shows in /readyz and the log when the credentials for the API server cannot be renewed. */
export function tellOfRenewal(renewal: CredentialRenewal, health: Health, log: FastifyBaseLogger): void {
  const sentence = 'the token for the API server cannot be renewed; the last one stays in use'
  health.alsoTell(() => (renewal.problem === null ? null : `${sentence}: ${renewal.problem}`))
  renewal.onChange((problem) => {
    if (problem === null) log.info('the token for the API server is renewed again')
    else log.warn({ error: problem }, sentence)
  })
}
