import { realAlarm } from '../analyze/gate/alarm.ts'
import { WaitingRoom } from '../analyze/gate/waiting-room.ts'
import { needsOf } from '../analyze/gather.ts'
import { NotFoundError } from '../analyze/not-found-error.ts'
import type { Target } from '../analyze/question.ts'
import { UnavailableError } from '../analyze/unavailable-error.ts'
import { ClusterCache } from '../cache/cluster-cache.ts'
import type { Policy } from '../classify/policy.ts'
import { Connection } from '../cluster/connection.ts'
import type { loadKubeConfig } from '../cluster/kubeconfig.ts'
import { RESOURCES, type ResourceSpec } from '../cluster/resources.ts'
import { type ClusterListener, ClusterWatcher } from '../cluster/watcher.ts'
import type { Awaited } from '../http/gate-question.ts'
import { steadyNow } from '../lib/clock.ts'
import { errorChain } from '../lib/error-chain.ts'
import type { ResourceName } from '../model/view.ts'
import { VERSION } from '../version.ts'
import type { GateEnd, GateSource, Tell } from './gate-source.ts'

/** How long the cluster may take to be read for the first time, seconds. */
const UNREACHABLE_SECONDS = 20
/** How old the data may be, seconds; as the service has it by default. */
const STALE_AFTER_SECONDS = 30

/** Waits by watching the cluster itself: one namespace, and only what the question needs. */
export class ClusterGate implements GateSource {
  readonly #config: ReturnType<typeof loadKubeConfig>
  readonly #awaited: Awaited
  readonly #policy: Policy

  constructor(config: ReturnType<typeof loadKubeConfig>, awaited: Awaited, policy: Policy) {
    this.#config = config
    this.#awaited = awaited
    this.#policy = policy
  }

  async wait(tell: Tell, signal: AbortSignal): Promise<GateEnd> {
    const { namespace, target } = this.#awaited.question
    const resources = resourcesFor(target)
    const cache = new ClusterCache()
    const connection = new Connection(this.#config, `lynceus-gate/${VERSION}`, steadyNow)
    let trouble: string | null = null
    const listener = listenerOf(cache, (message) => {
      if (message !== null && message !== trouble) tell.trouble(message)
      trouble = message
    })
    const options = { connection, namespaces: [namespace], now: steadyNow, random: Math.random, resources }
    const watcher = new ClusterWatcher(options, listener)
    watcher.start()
    try {
      const patience = Math.min(UNREACHABLE_SECONDS, this.#awaited.timeoutSeconds)
      const read = await allRead(cache, resources, namespace, patience, signal)
      if (!read) return { type: 'unreachable', message: unreachable(patience, trouble) }
      return await this.#attend(cache, tell, signal)
    } finally {
      await watcher.stop()
      connection.close()
    }
  }

  async #attend(cache: ClusterCache, tell: Tell, signal: AbortSignal): Promise<GateEnd> {
    const room = new WaitingRoom({
      view: cache,
      now: steadyNow,
      alarm: realAlarm,
      staleAfterSeconds: STALE_AFTER_SECONDS,
      policy: this.#policy,
      most: 1,
    })
    try {
      const { report, end } = await room.wait({
        ...this.#awaited,
        signal,
        tell: ({ answer }) => tell.answer(answer),
      })
      signal.throwIfAborted()
      const { answer } = report
      if (end === 'not-found') return { type: 'not-found', message: answer.message }
      if (end === 'timeout' && answer.verdict === 'unknown')
        return { type: 'unreachable', message: answer.message }
      return { type: end === 'timeout' ? 'timeout' : 'final', answer }
    } catch (error) {
      if (error instanceof NotFoundError) return { type: 'not-found', message: error.message }
      if (error instanceof UnavailableError) return { type: 'inconclusive', message: error.message }
      throw error
    }
  }
}

/** What a question about a kind needs, with what makes its answer better; all for the others, as they may mean any kind. */
function resourcesFor(target: Target): readonly ResourceSpec[] {
  if (target.type !== 'object') return RESOURCES
  const optional: readonly ResourceName[] = target.kind === 'replicaset' ? ['events', 'rollouts'] : ['events']
  const needed = new Set<ResourceName>([...needsOf(target.kind), ...optional])
  return RESOURCES.filter(({ name }) => needed.has(name))
}

/** Tells of trouble, and with null of its end. */
function listenerOf(cache: ClusterCache, trouble: (message: string | null) => void): ClusterListener {
  return {
    upsert: (resource, record) => cache.apply(resource, 'MODIFIED', record, steadyNow()),
    remove: (resource, record) => cache.apply(resource, 'DELETED', record, steadyNow()),
    retain: (resource, namespace, uids) => {
      cache.retain(resource, namespace, uids, steadyNow())
    },
    state: (resource, namespace, state) => {
      cache.setWatchState(resource, namespace, state)
      if (state.type === 'working') trouble(null)
    },
    event: () => undefined,
    listed: () => undefined,
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
    resources.every(({ name }) => cache.freshness.get(name, namespace).type !== 'unsynced')
  const { promise, resolve, reject } = Promise.withResolvers<boolean>()
  const stopListening = cache.onChange(namespace, () => {
    if (read()) resolve(true)
  })
  const cancel = realAlarm(seconds, () => resolve(false))
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

function unreachable(seconds: number, trouble: string | null): string {
  return `The cluster could not be read within ${seconds} s: ${trouble ?? 'it did not answer'}`
}
