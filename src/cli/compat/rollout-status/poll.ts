import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection } from '../../../cluster/client/connection.ts'
import { Decoder } from '../../../cluster/decode/decoder.ts'
import type { ClusterSink } from '../../../cluster/watch/cluster-watcher.ts'
import { ListerWatcher } from '../../../cluster/watch/lister-watcher.ts'
import type { ResourceSpec } from '../../../kinds/descriptor.ts'
import type { Seconds } from '../../../model/meta.ts'
import type { ResourceName } from '../../../model/records.ts'

/** How to poll. */
export interface PollOptions {
  readonly connection: Connection
  /** '' for all. */
  readonly namespace: string
  readonly everySeconds: number
  readonly now: () => Seconds
  readonly random: () => number
  readonly signal: AbortSignal
}

/**
 * Lists a resource again and again: for roles that may list and not watch, which was enough for the original. Ends with
 * the signal; whatever goes wrong is told and tried again.
 */
export async function poll<N extends ResourceName>(
  resource: N,
  spec: ResourceSpec,
  { connection, namespace, everySeconds, now, random, signal }: PollOptions,
  sink: ClusterSink,
  failed: (error: unknown) => void,
): Promise<void> {
  const decoder = new Decoder()
  const reader = new ListerWatcher(connection, spec, namespace, decoder, decoder.objects[resource], random)
  while (!signal.aborted) {
    const uids = new Set<string>()
    try {
      await reader.list(signal, {
        record: (record) => {
          uids.add(record.uid)
          sink.apply(resource, 'MODIFIED', record, now())
        },
        restart: () => uids.clear(),
      })
      sink.retain(resource, namespace, uids, now())
      sink.setWatchState(resource, namespace, { type: 'working' })
    } catch (error) {
      if (!signal.aborted) failed(error)
    }
    // Only the signal ends the pause early.
    await sleep(everySeconds * 1000, undefined, { signal }).catch(() => undefined)
  }
}
