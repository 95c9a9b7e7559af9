import { type Static, Type } from '@fastify/type-provider-typebox'
import type { FastifyBaseLogger } from 'fastify'
import type { WatchStates } from '../cache/watch-states.ts'
import type { CredentialRenewal } from '../cluster/client/credential-renewal.ts'
import { describeMissing } from '../kinds/index.ts'
import type { Seconds } from '../model/meta.ts'
import type { ResourceName } from '../model/records.ts'

const WatchSchema = Type.Object({
  resource: Type.String(),
  namespace: Type.String({ description: 'Namespace of the watch; empty for all namespaces.' }),
  state: Type.Enum(['unsynced', 'working', 'broken', 'forbidden', 'absent']),
  ageSeconds: Type.Number({
    description: 'Age of the objects in seconds: 0 while the watch works; -1 when they were never read.',
  }),
})

/** The answer of /readyz. */
export const ReadinessSchema = Type.Object({
  ready: Type.Boolean(),
  reason: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'Why it is not ready.' }),
  problems: Type.Array(Type.String(), {
    description: 'Resources that Lynceus may not read, and what is missing because of it.',
  }),
  watches: Type.Array(WatchSchema),
})

type Readiness = Static<typeof ReadinessSchema>

/** Whether the service can answer questions. */
export class Health {
  readonly #watchStates: WatchStates
  readonly #now: () => Seconds
  readonly #warnings: (() => string | null)[] = []
  #draining = false

  constructor(watchStates: WatchStates, now: () => Seconds) {
    this.#watchStates = watchStates
    this.#now = now
  }

  /** The service is about to stop: from now on it is not ready. */
  drain(): void {
    this.#draining = true
  }

  /** Adds a problem to show that does not affect readiness; `read` gives its sentence, or null. */
  addWarning(read: () => string | null): void {
    this.#warnings.push(read)
  }

  readiness(): Readiness {
    const now = this.#now()
    const all = [...this.#watchStates.all()]
    const watches = all.map(({ resource, namespace, state }) => {
      const age = this.#watchStates.ageSeconds(resource, namespace, now)
      return {
        resource,
        namespace,
        state: state.type,
        ageSeconds: Number.isFinite(age) ? Math.round(age) : -1,
      }
    })
    const reason = this.#reason(watches)
    const refusals = all.flatMap(({ resource, namespace, state }) =>
      state.type === 'forbidden' ? [describeRefusal(resource, namespace)] : [],
    )
    const warnings = this.#warnings.flatMap((read) => read() ?? [])
    return { ready: reason === null, reason, problems: [...refusals, ...warnings], watches }
  }

  #reason(watches: Readiness['watches']): string | null {
    if (this.#draining) return 'shutting down'
    if (watches.length === 0) return 'the watches have not started yet'
    const unsynced = watches.filter(({ state }) => state === 'unsynced').map(({ resource }) => resource)
    if (unsynced.length > 0) return `still reading ${[...new Set(unsynced)].join(', ')}`
    const pods = watches.find(
      ({ resource, state }) => resource === 'pods' && (state === 'forbidden' || state === 'absent'),
    )
    return pods === undefined
      ? null
      : `Lynceus cannot read pods${pods.namespace === '' ? '' : ` in ${pods.namespace}`} (${pods.state})`
  }
}

/** One sentence for a resource that the API server refuses: what Lynceus may not read, and what follows. */
function describeRefusal(resource: ResourceName, namespace: string): string {
  const where = namespace === '' ? '' : ` in ${namespace}`
  return `Lynceus may not read ${resource}${where} (RBAC needs list and watch): ${describeMissing(resource)}`
}

/** Shows in /readyz and the log when the credentials for the API server cannot be renewed. */
export function reportRenewal(renewal: CredentialRenewal, health: Health, log: FastifyBaseLogger): void {
  const sentence = 'the token for the API server cannot be renewed; the last one stays in use'
  health.addWarning(() => (renewal.problem === null ? null : `${sentence}: ${renewal.problem}`))
  renewal.onChange((problem) => {
    if (problem === null) log.info('the token for the API server is renewed again')
    else log.warn({ error: problem }, sentence)
  })
}
