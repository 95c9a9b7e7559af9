import type { Seconds } from '../model/meta.ts'
import type { ResourceName } from '../model/records.ts'
import { ALL_NAMESPACES, type WatchState } from '../model/watch-state.ts'

/** The state of every watch: whether the objects that it delivered are still true. */
export class WatchStates {
  readonly #states = new Map<ResourceName, Map<string, WatchState>>()

  /** Watches that were not read yet or are broken. */
  readonly #unreliable = new Set<string>()

  set(resource: ResourceName, namespace: string, state: WatchState): void {
    const watch = `${resource} ${namespace}`
    if (state.type === 'broken' || state.type === 'unsynced') this.#unreliable.add(watch)
    else this.#unreliable.delete(watch)
    const scopes = this.#states.get(resource)
    if (scopes === undefined) this.#states.set(resource, new Map([[namespace, state]]))
    else scopes.set(namespace, state)
  }

  /** Whether every watch works, or is known to be refused or absent. */
  get allWork(): boolean {
    return this.#unreliable.size === 0
  }

  /** Whether every watch of a resource has read its objects, or knows that the API server has no such resource. */
  isKnown(resource: ResourceName): boolean {
    const states = [...(this.#states.get(resource)?.values() ?? [])]
    return states.length > 0 && states.every(({ type }) => type !== 'unsynced' && type !== 'forbidden')
  }

  /** The state of the watch that covers a namespace. */
  get(resource: ResourceName, namespace: string): WatchState {
    const scopes = this.#states.get(resource)
    return scopes?.get(ALL_NAMESPACES) ?? scopes?.get(namespace) ?? { type: 'unsynced' }
  }

  /** Every watch with its state. */
  *all(): Iterable<{
    readonly resource: ResourceName
    readonly namespace: string
    readonly state: WatchState
  }> {
    for (const [resource, scopes] of this.#states)
      for (const [namespace, state] of scopes) yield { resource, namespace, state }
  }

  /**
   * The watches whose data are too old or missing, as one text to compare with another: those that broke more than
   * `staleAfter` seconds ago, and those that were not read, are refused or absent. Empty when there are none.
   */
  untrusted(now: Seconds, staleAfter: Seconds): string {
    let found = ''
    for (const { resource, namespace, state } of this.all()) {
      if (state.type === 'working') continue
      if (state.type === 'broken' && now - state.since <= staleAfter) continue
      found += `${resource} ${namespace} ${state.type}\n`
    }
    return found
  }

  /** 0 while the watch works, the seconds since it did, Infinity when it never did. */
  ageSeconds(resource: ResourceName, namespace: string, now: Seconds): number {
    const state = this.get(resource, namespace)
    switch (state.type) {
      case 'working':
        return 0
      case 'broken':
        return Math.max(0, now - state.since)
      default:
        return Number.POSITIVE_INFINITY
    }
  }
}
