import type ts from 'typescript'

/** What replaces a node's text. */
export interface Replacement {
  readonly target: ts.Node
  readonly now: string
}
