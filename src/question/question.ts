import type { Kind } from '../kinds/index.ts'
import type { LabelSelector, Seconds } from '../model/meta.ts'
import type { CustomResource } from '../model/records.ts'
import type { Parameters } from './parameters.ts'
import type { Thresholds } from './thresholds.ts'

/** The target of a question. Several owners may have the same template hash, so an owner may narrow it. */
export type Target =
  | {
      readonly type: 'hash'
      readonly hash: string
      readonly owner: { readonly kind: Kind; readonly name: string } | null
    }
  | { readonly type: 'selector'; readonly selector: LabelSelector; readonly text: string }
  | { readonly type: 'object'; readonly kind: Kind; readonly name: string }

/** A parsed question. When a threshold is absent, the workload's annotations decide, then the server's policy. */
export interface Question extends Thresholds {
  readonly namespace: string
  readonly target: Target
  /** Baseline for restarts; 0: since each pod's start. */
  readonly since: Seconds
  readonly container: string | null
  /** Name of the policy that judges. */
  readonly policy: NonNullable<Parameters['policy']>
  readonly onStale: NonNullable<Parameters['onStale']>
  readonly detail: NonNullable<Parameters['detail']>
}

/** How many more crashes than the stable revision a canary may have. */
export interface Tolerance {
  /** Crashes per pod-hour, as a multiple of the stable revision's. */
  readonly maxRatio: number
  /** Further crashes in addition. */
  readonly maxDelta: number
}

/** A question about two revisions: its target is the canary. */
export interface CompareQuestion extends Question, Tolerance {
  readonly stable: Target
  /** Pending until this number of canary pods have started. */
  readonly minPods: number
}

/** What questions may be about. */
export interface QuestionScope {
  /** The namespaces that are watched; empty: all. */
  readonly namespaces: readonly string[]
  readonly customResources: readonly CustomResource[]
}

/** A question without thresholds. */
export function plainQuestion(namespace: string, target: Target): Question {
  return {
    namespace,
    target,
    since: 0,
    container: null,
    policy: 'lynceus',
    onStale: 'error',
    detail: 'summary',
  }
}

/** Renders a target as answers have it. */
export function targetText(target: Target): string {
  switch (target.type) {
    case 'hash':
      return `hash=${target.hash}`
    case 'selector':
      return target.text
    case 'object':
      return `${target.kind}/${target.name}`
  }
}
