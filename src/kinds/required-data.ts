import type { Seconds } from '../model/meta.ts'
import type { ResourceName } from '../model/records.ts'
import type { ClusterView } from '../model/view.ts'
import { UnavailableError } from './unavailable-error.ts'

/** How old what was read may be, and how old it is: gathered while a question is answered. */
export class RequiredData {
  readonly #view: ClusterView
  readonly #namespace: string
  readonly #now: Seconds
  readonly #limit: number
  #worst = 0
  /** Found to be good, in this one moment. */
  readonly #good = new Set<ResourceName>()

  constructor(view: ClusterView, namespace: string, now: Seconds, limit: number) {
    this.#view = view
    this.#namespace = namespace
    this.#now = now
    this.#limit = limit
  }

  /** Age of the oldest data that the answer needed, seconds. */
  get worstSeconds(): number {
    return this.#worst
  }

  /** The answer needs these resources: throws an UnavailableError when one can't be relied on. */
  need(...resources: readonly ResourceName[]): void {
    for (const resource of resources) {
      if (this.#good.has(resource)) continue
      const obstacle = this.#view.obstacle(resource, this.#namespace)
      if (obstacle !== null) throw unavailable(resource, this.#namespace, obstacle)
      const age = this.#view.ageSeconds(resource, this.#namespace, this.#now)
      if (age > this.#limit) {
        const what = `${resource} were last known to be right ${Math.round(age)} s ago, more than ${this.#limit} s`
        throw new UnavailableError('stale', `The cluster is out of sight: ${what}.`)
      }
      this.#worst = Math.max(this.#worst, age)
      this.#good.add(resource)
    }
  }

  /**
   * The answer needs this resource where it may be read at all: throws an UnavailableError when it is not read yet, or too
   * old. False when it is refused or not there, as whoever runs Lynceus wants it.
   */
  needUnlessRefused(resource: ResourceName): boolean {
    if (this.#good.has(resource)) return true
    const obstacle = this.#view.obstacle(resource, this.#namespace)
    if (obstacle === 'forbidden' || obstacle === 'absent') return false
    this.need(resource)
    return true
  }

  /** The answer is better with this resource, but right without. */
  has(resource: ResourceName): boolean {
    const age = this.#view.ageSeconds(resource, this.#namespace, this.#now)
    return this.#view.obstacle(resource, this.#namespace) === null && age <= this.#limit
  }
}

function unavailable(
  resource: ResourceName,
  namespace: string,
  obstacle: 'unsynced' | 'forbidden' | 'absent',
): UnavailableError {
  switch (obstacle) {
    case 'unsynced':
      return new UnavailableError(
        'not-synced',
        `The ${resource} of namespace ${namespace} have not been read yet.`,
      )
    case 'forbidden':
      return new UnavailableError(
        'forbidden',
        `The API server does not let Lynceus read the ${resource} of namespace ${namespace}.`,
      )
    case 'absent':
      return new UnavailableError('no-such-resource', `The API server has no ${resource}.`)
  }
}
