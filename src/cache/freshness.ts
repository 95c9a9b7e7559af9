import type { Seconds } from '../model/meta.ts'
import type { ResourceName } from '../model/view.ts'
import { ALL_NAMESPACES, type WatchState } from '../model/watch-state.ts'

/** Knows for every watch whether what it gave is still true. */
export class Freshness {
  readonly #states = new Map<ResourceName, Map<string, WatchState>>()

  set(resource: ResourceName, namespace: string, state: WatchState): void {
    const scopes = this.#states.get(resource)
    if (scopes === undefined) this.#states.set(resource, new Map([[namespace, state]]))
    else scopes.set(namespace, state)
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
