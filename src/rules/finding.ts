import type { Seconds } from '../model/meta.ts'
import type { RuleId } from './index.ts'
import type { Code, FindingClass } from './policy.ts'

/** A rule that matched a subject, weighed by a policy. */
export interface Finding {
  readonly rule: RuleId
  readonly code: Code | null
  /** As Kubernetes writes it, the same for as long as the cause is the same; null when Kubernetes has no word for it. */
  readonly reason: string | null
  readonly class: FindingClass
  /** `kind/name`. */
  readonly subject: string
  /** UID of the pod, for the quorum; null for findings that are not about one pod. */
  readonly podUid: string | null
  readonly container: string | null
  /** When it began; null when that is unknown. */
  readonly since: Seconds | null
  /** The subject as a sentence begins with it: `Container app of pod web-1`; empty when `what` says it. */
  readonly who: string
  /** The rest of the sentence, without full stop. */
  readonly what: string
  /** Restarts since the baseline. */
  readonly restarts: number
  readonly exitCode: number | null
  /** Whether it counts towards a failure: always for `fatal`, past its threshold for `threshold`. */
  readonly reached: boolean
  /** The next moment at which it changes by time alone; null when only an event can change it. */
  readonly changesAt: Seconds | null
}

/** The finding as a sentence. */
export function sentence({ who, what }: Finding): string {
  return `${who} ${what}.`.trimStart()
}
