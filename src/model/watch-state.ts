import type { Seconds } from './meta.ts'

/** What happened to an object. */
export type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED'

/** What is known of one watch: of a resource in one namespace, or in all. */
export type WatchState =
  /** Never read yet. */
  | { readonly type: 'unsynced' }
  /** The objects are complete and the watch is known to work. */
  | { readonly type: 'working' }
  /** The objects were complete at `since` and may have changed after. */
  | { readonly type: 'broken'; readonly since: Seconds }
  /** The API server refuses to show the resource (403) or does not have it (404). */
  | { readonly type: 'forbidden' | 'absent' }

/** The namespace of a watch over all namespaces. */
export const ALL_NAMESPACES = ''
