import type { FastifyBaseLogger } from 'fastify'
import type { ClusterObserver } from '../cluster/watch/cluster-watcher.ts'
import { describeMissing } from '../kinds/index.ts'
import { errorChain } from '../lib/error-chain.ts'
import type { WatchMetrics } from './watch.ts'

/** Counts and logs what the watches report. */
export function observeWatches(metrics: WatchMetrics, log: FastifyBaseLogger): ClusterObserver {
  const absent = new Set<string>()
  const refused = new Set<string>()
  return {
    state: (resource, namespace, { type }) => {
      if (type === 'working') refused.delete(`${resource} ${namespace}`)
    },
    event: (resource, type) => metrics.event(resource, type),
    listed: (resource, seconds) => {
      metrics.listed(resource, seconds)
      log.info({ resource, seconds: Math.round(seconds * 1000) / 1000 }, 'listed')
    },
    restarted: (resource, namespace, reason, error) => {
      metrics.restarted(resource, reason)
      if (reason === 'absent') {
        // The watch asks again every few seconds until the definition is installed: logged once.
        if (!absent.has(resource)) log.info({ resource }, 'the API server does not have this resource (yet)')
        absent.add(resource)
      } else if (reason === 'forbidden') {
        // It asks again as long as it runs, as the right may be given later: logged once each time that it is missing.
        const watch = `${resource} ${namespace}`
        if (!refused.has(watch))
          log.warn(
            { resource, namespace, error: errorChain(error) },
            `this may not be read: ${describeMissing(resource)}`,
          )
        refused.add(watch)
      } else if (reason === 'timeout') log.debug({ resource, namespace }, 'the watch ended and restarts')
      else log.warn({ resource, namespace, reason, error: errorChain(error) }, 'the watch broke and restarts')
    },
  }
}
