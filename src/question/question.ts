import type { Kind } from '../kinds/index.ts'
import type { LabelSelector, Seconds } from '../model/meta.ts'
import type { CustomResource } from '../model/records.ts'
import type { Parameters } from './parameters.ts'
import type { Thresholds } from './thresholds.ts'

/** What is asked about. A hash belongs to a template, not to an owner, so it may be narrowed by one. */
export type Target =
  | {
      readonly type: 'hash'
      readonly hash: string
      readonly owner: { readonly kind: Kind; readonly name: string } | null
    }
  | { readonly type: 'selector'; readonly selector: LabelSelector; readonly text: string }
  | { readonly type: 'object'; readonly kind: Kind; readonly name: string }

/** One question, parsed. Where a threshold is absent the workload's annotations decide, then the server's policy. */
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

/** How much more often than the stable revision a canary may crash. */
export interface Tolerance {
  /** Crashes per pod-hour, as a multiple of the stable revision's. */
  readonly maxRatio: number
  /** Crashes beyond that. */
  readonly maxDelta: number
}

/** A question about two revisions: its target is the canary. */
export interface CompareQuestion extends Question, Tolerance {
  readonly stable: Target
  /** Pending until so many pods of the canary have started. */
  readonly minPods: number
}

/** What may be asked about. */
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

/** How a target is written in answers. */
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
