import type { WatchStates } from '../cache/watch-states.ts'
import type { Seconds } from '../model/meta.ts'
import type { WatchState } from '../model/watch-state.ts'
import { refusal } from './refusals.ts'

export interface Readiness {
  readonly ready: boolean
  readonly reason: string | null
  readonly problems: string[]
  readonly watches: {
    readonly resource: string
    readonly namespace: string
    readonly state: WatchState['type']
    readonly ageSeconds: number
  }[]
}

/** Whether the service is fit to be asked. */
export class Health {
  readonly #freshness: WatchStates
  readonly #now: () => Seconds
  readonly #troubles: (() => string | null)[] = []
  #draining = false

  constructor(freshness: WatchStates, now: () => Seconds) {
    this.#freshness = freshness
    this.#now = now
  }

  /** From now on not ready: the service is about to stop. */
  drain(): void {
    this.#draining = true
  }

  /** Something else whose trouble is told; the service is fit to be asked without it. */
  alsoTell(trouble: () => string | null): void {
    this.#troubles.push(trouble)
  }

  readiness(): Readiness {
    const now = this.#now()
    const watches = [...this.#freshness.all()].map(({ resource, namespace, state }) => {
      const age = this.#freshness.ageSeconds(resource, namespace, now)
      return {
        resource,
        namespace,
        state: state.type,
        ageSeconds: Number.isFinite(age) ? Math.round(age) : -1,
      }
    })
    const reason = this.#reason(watches)
    const refusals = [...this.#freshness.all()].flatMap(({ resource, namespace, state }) =>
      state.type === 'forbidden' ? [refusal(resource, namespace)] : [],
    )
    const troubles = this.#troubles.flatMap((trouble) => trouble() ?? [])
    return { ready: reason === null, reason, problems: [...refusals, ...troubles], watches }
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
