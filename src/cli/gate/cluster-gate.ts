import { ClusterCache } from '../../cache/cluster-cache.ts'
import type { Connection } from '../../cluster/client/connection.ts'
import { LogTails } from '../../cluster/client/log-tails.ts'
import { type ClusterObserver, ClusterWatcher } from '../../cluster/watch/cluster-watcher.ts'
import type { ResourceSpec } from '../../kinds/descriptor.ts'
import { describeMissing, listResources, listResourcesOfKind } from '../../kinds/index.ts'
import { UnavailableError } from '../../kinds/unavailable-error.ts'
import { steadyNow } from '../../lib/clock.ts'
import { errorChain } from '../../lib/error-chain.ts'
import { realSchedule } from '../../lib/schedule.ts'
import type { CustomResource, ResourceName } from '../../model/records.ts'
import { NotFoundError } from '../../question/not-found-error.ts'
import type { GateQuestion } from '../../question/parse-gate.ts'
import type { Target } from '../../question/question.ts'
import type { Policy } from '../../rules/policy.ts'
import { attachLogs } from '../../wait/attach-logs.ts'
import { WaitingEngine } from '../../wait/engine.ts'
import type { GateEnd, GateListener, GateSource } from './gate-source.ts'

/** How long the first read of the cluster may take, seconds. */
const MAX_UNREACHABLE_SECONDS = 20
/** How old the data may be, seconds: the default of the service. */
const MAX_AGE_SECONDS = 30

/** What to wait for, and by which rules. */
export interface ClusterGateOptions {
  /** Closed when the wait ends. */
  readonly connection: Connection
  readonly awaited: GateQuestion
  readonly policy: Policy
  readonly customResources: readonly CustomResource[]
  /** Whether to read the logs of failing containers. */
  readonly logs: boolean
}

/** Watches the cluster itself: one namespace, and only what the question needs. */
export class ClusterGate implements GateSource {
  readonly #options: ClusterGateOptions

  constructor(options: ClusterGateOptions) {
    this.#options = options
  }

  async wait(listener: GateListener, signal: AbortSignal): Promise<GateEnd> {
    const { connection, awaited, customResources } = this.#options
    const { namespace, target } = awaited.question
    const resources = resourcesFor(target, customResources)
    const cache = new ClusterCache(customResources)
    let trouble: string | null = null
    const observer = observe(
      (message) => {
        if (message !== null && message !== trouble) listener.trouble(message)
        trouble = message
      },
      (message) => listener.note(message),
    )
    const scope = { namespaces: [namespace], customResources, resources }
    const options = { connection, ...scope, now: steadyNow, random: Math.random }
    const watcher = new ClusterWatcher(options, cache, observer)
    watcher.start()
    try {
      const limit = Math.min(MAX_UNREACHABLE_SECONDS, awaited.timeoutSeconds)
      if (!(await allRead(cache, resources, namespace, limit, signal)))
        return {
          type: 'unreachable',
          message: `The cluster could not be read within ${limit} s: ${trouble ?? 'the API server did not answer'}`,
        }
      return await this.#attend(cache, listener, signal)
    } finally {
      await watcher.stop()
      connection.close()
    }
  }

  async #attend(cache: ClusterCache, listener: GateListener, signal: AbortSignal): Promise<GateEnd> {
    const engine = new WaitingEngine({
      view: cache,
      now: steadyNow,
      schedule: realSchedule,
      staleAfterSeconds: MAX_AGE_SECONDS,
      policy: this.#options.policy,
      maxHeld: 0,
      maxWaiting: 1,
    })
    try {
      const { snapshot, reason } = await engine.gate({
        ...this.#options.awaited,
        signal,
        onSnapshot: ({ answer }) => listener.answer(answer),
      })
      signal.throwIfAborted()
      const { answer, runs } = snapshot
      if (reason === 'not-found') return { type: 'not-found', message: answer.message }
      if (reason === 'timeout' && answer.verdict === 'unknown')
        return { type: 'unreachable', message: answer.message }
      const { connection, logs } = this.#options
      const reader = logs ? new LogTails(connection, steadyNow) : null
      const explained = await attachLogs(answer, runs, reader)
      return { type: reason === 'timeout' ? 'timeout' : 'final', answer: explained }
    } catch (error) {
      if (error instanceof NotFoundError) return { type: 'not-found', message: error.message }
      if (error instanceof UnavailableError) return { type: 'inconclusive', message: error.message }
      throw error
    }
  }
}

/** What an answer about the target is made from; everything for a selector or a hash, as they may mean any kind. */
function resourcesFor(target: Target, customResources: readonly CustomResource[]): readonly ResourceSpec[] {
  const all = listResources(customResources)
  if (target.type !== 'object') return all
  const needed = listResourcesOfKind(target.kind, customResources)
  return all.filter(({ name }) => needed.has(name))
}

/** What answers can do without, if less well. */
const OPTIONAL: ReadonlySet<ResourceName> = new Set(['events', 'nodes'])

/** Reports trouble, and with null its end; and once what may not be read and is done without. */
function observe(
  trouble: (message: string | null) => void,
  note: (message: string) => void,
): ClusterObserver {
  const noted = new Set<ResourceName>()
  return {
    state: (resource, _namespace, state) => {
      if (state.type === 'working') trouble(null)
      if (state.type !== 'forbidden' || !OPTIONAL.has(resource) || noted.has(resource)) return
      noted.add(resource)
      note(`${resource} may not be read: ${describeMissing(resource)}`)
    },
    restarted: (_resource, _namespace, reason, error) => {
      if (reason !== 'timeout' && reason !== 'absent' && reason !== 'forbidden') trouble(errorChain(error))
    },
  }
}

/** Whether each resource was read, or is known to be refused or absent, within the time. */
async function allRead(
  cache: ClusterCache,
  resources: readonly ResourceSpec[],
  namespace: string,
  seconds: number,
  signal: AbortSignal,
): Promise<boolean> {
  const read = (): boolean =>
    resources.every(({ name }) => cache.watchStates.get(name, namespace).type !== 'unsynced')
  const { promise, resolve, reject } = Promise.withResolvers<boolean>()
  const stopListening = cache.onChange(new Set(), () => {
    if (read()) resolve(true)
  })
  const cancel = realSchedule(seconds, () => resolve(false))
  const abort = (): void => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await promise
  } finally {
    cancel()
    stopListening()
    signal.removeEventListener('abort', abort)
  }
}
