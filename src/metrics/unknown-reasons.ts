import type { Counter, Registry } from 'prom-client'
import { truncate } from '../lib/text.ts'
import type { Finding } from '../rules/finding.ts'
import { addCounter } from './registry.ts'

/** Reasons with a series of their own. Kubernetes has a few dozen reasons, so further ones are made up by something else. */
const MAX_REASONS = 50
/** Label of all other reasons. */
const OTHER = 'other'
/** Characters of a reason in a label; CamelCase words of Kubernetes are shorter. */
const MAX_REASON = 63
/** Findings that are remembered as counted (about 200 bytes each); the oldest beyond that may be counted again. */
const MAX_SEEN = 10_000

/** Counts reasons that no rule knows: each once for a container of a pod, however often it is evaluated. */
export class UnknownReasons {
  readonly #counter: Counter<'reason'>
  readonly #reasons = new Set<string>()
  /** Oldest first. */
  readonly #seen = new Set<string>()

  constructor(registry: Registry) {
    const help = `Findings with a reason that no rule knows, once for each container; beyond ${MAX_REASONS} reasons as "${OTHER}".`
    this.#counter = addCounter(registry, 'findings_unknown_reason_total', help, ['reason'])
  }

  /** Counts the findings `unknown-reason` of one evaluation. */
  observe(findings: readonly Finding[]): void {
    for (const { subject, podUid, container, reason } of findings) {
      const key = `${podUid ?? subject} ${container ?? ''} ${reason ?? ''}`
      if (this.#seen.has(key)) continue
      this.#remember(key)
      this.#counter.inc({ reason: this.#label(truncate(reason ?? '', MAX_REASON)) })
    }
  }

  #remember(key: string): void {
    const [oldest] = this.#seen
    if (oldest !== undefined && this.#seen.size >= MAX_SEEN) this.#seen.delete(oldest)
    this.#seen.add(key)
  }

  #label(reason: string): string {
    if (!this.#reasons.has(reason) && this.#reasons.size >= MAX_REASONS) return OTHER
    this.#reasons.add(reason)
    return reason
  }
}
