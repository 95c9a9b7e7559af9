import { ClusterCache } from '../../cache/cluster-cache.ts'
import type { ClusterAccess } from '../../cluster/client/cluster-access.ts'
import { Connection } from '../../cluster/client/connection.ts'
import { type ClusterObserver, ClusterWatcher } from '../../cluster/watch/cluster-watcher.ts'
import type { ResourceSpec } from '../../kinds/descriptor.ts'
import { listResources, resourcesOfKind } from '../../kinds/index.ts'
import { UnavailableError } from '../../kinds/unavailable-error.ts'
import { steadyNow } from '../../lib/clock.ts'
import { errorChain } from '../../lib/error-chain.ts'
import { realSchedule } from '../../lib/schedule.ts'
import type { CustomResource } from '../../model/records.ts'
import { NotFoundError } from '../../question/not-found-error.ts'
import type { GateQuestion } from '../../question/parse-gate.ts'
import type { Target } from '../../question/question.ts'
import type { Policy } from '../../rules/policy.ts'
import { VERSION } from '../../version.ts'
import { WaitingEngine } from '../../wait/engine.ts'
import type { GateEnd, GateSource, Tell } from './gate-source.ts'

/** How long the cluster may take to be read for the first time, seconds. */
const UNREACHABLE_SECONDS = 20
/** How old the data may be, seconds; as the service has it by default. */
const STALE_AFTER_SECONDS = 30

/** Waits by watching the cluster itself: one namespace, and only what the question needs. */
export class ClusterGate implements GateSource {
  readonly #access: ClusterAccess
  readonly #awaited: GateQuestion
  readonly #policy: Policy
  readonly #customResources: readonly CustomResource[]

  constructor(
    access: ClusterAccess,
    awaited: GateQuestion,
    policy: Policy,
    customResources: readonly CustomResource[],
  ) {
    this.#access = access
    this.#awaited = awaited
    this.#policy = policy
    this.#customResources = customResources
  }

  async wait(tell: Tell, signal: AbortSignal): Promise<GateEnd> {
    const { namespace, target } = this.#awaited.question
    const customResources = this.#customResources
    const resources = resourcesFor(target, customResources)
    const cache = new ClusterCache(customResources)
    const connection = new Connection(this.#access, `lynceus-gate/${VERSION}`, steadyNow)
    let trouble: string | null = null
    const observer = observe((message) => {
      if (message !== null && message !== trouble) tell.trouble(message)
      trouble = message
    })
    const scope = { namespaces: [namespace], customResources, resources }
    const options = { connection, ...scope, now: steadyNow, random: Math.random }
    const watcher = new ClusterWatcher(options, cache, observer)
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
    const engine = new WaitingEngine({
      view: cache,
      now: steadyNow,
      schedule: realSchedule,
      staleAfterSeconds: STALE_AFTER_SECONDS,
      policy: this.#policy,
      maxHeld: 0,
      maxWaiting: 1,
    })
    try {
      const { snapshot, reason } = await engine.gate({
        ...this.#awaited,
        signal,
        onSnapshot: ({ answer }) => tell.answer(answer),
      })
      signal.throwIfAborted()
      const { answer } = snapshot
      if (reason === 'not-found') return { type: 'not-found', message: answer.message }
      if (reason === 'timeout' && answer.verdict === 'unknown')
        return { type: 'unreachable', message: answer.message }
      return { type: reason === 'timeout' ? 'timeout' : 'final', answer }
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
  const needed = resourcesOfKind(target.kind, customResources)
  return all.filter(({ name }) => needed.has(name))
}

/** Reports trouble, and with null its end. */
function observe(trouble: (message: string | null) => void): ClusterObserver {
  return {
    state: (_resource, _namespace, state) => {
      if (state.type === 'working') trouble(null)
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
  const stopListening = cache.onChange(namespace, () => {
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

function unreachable(seconds: number, trouble: string | null): string {
  return `The cluster could not be read within ${seconds} s: ${trouble ?? 'the API server did not answer'}`
}
