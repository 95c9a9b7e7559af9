import type { Seconds } from '../model/meta.ts'
import type { ResourceName } from '../model/records.ts'
import { ALL_NAMESPACES, type WatchState } from '../model/watch-state.ts'

/** Knows for every watch whether what it gave is still true. */
export class WatchStates {
  readonly #states = new Map<ResourceName, Map<string, WatchState>>()

  /** Watches that are neither working nor known to have nothing to tell. */
  readonly #inDoubt = new Set<string>()

  set(resource: ResourceName, namespace: string, state: WatchState): void {
    const watch = `${resource} ${namespace}`
    if (state.type === 'broken' || state.type === 'unsynced') this.#inDoubt.add(watch)
    else this.#inDoubt.delete(watch)
    const scopes = this.#states.get(resource)
    if (scopes === undefined) this.#states.set(resource, new Map([[namespace, state]]))
    else scopes.set(namespace, state)
  }

  /** Whether every watch works, or is known to be refused or absent. */
  get settled(): boolean {
    return this.#inDoubt.size === 0
  }

  /** Whether all of a resource is known wherever it is watched, also that there is none. */
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
   * The watches whose data can't be trusted, as one text to compare with another: those that broke longer ago than
   * `staleAfter` (seconds) and those that give nothing, each with why. Empty when all is well.
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
