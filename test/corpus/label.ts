/** What a recording's workload truly came to, judged by a person who read it. Times are seconds of the recording. */
export interface Label {
  readonly scenario: string
  readonly query: {
    readonly namespace: string
    readonly kind?: string
    readonly name?: string
    readonly selector?: string
    readonly hash?: string
  }
  readonly from: number
  readonly end: number
  readonly final: string
  readonly code: string | null
  readonly reason: string | null
  readonly otherFinals?: readonly string[]
  readonly otherCodes?: readonly string[]
  readonly otherReasons?: readonly string[]
  /** Any fail, at any time, is a false schedule. */
  readonly neverFail: boolean
  /** Before it, a fail is a guess. */
  readonly earliestFail: number | null
  readonly latestFail: number | null
  /** A pass before it is premature, except in these intervals, in which the workload's own status said complete. */
  readonly passAt: number | null
  readonly completeMeanwhile?: readonly (readonly [number, number])[]
  readonly why: string
  /** The public bug report that it was written after; such labels say nothing of the reason. */
  readonly report?: string
  /** Flags of the command that asks, e.g. `--limit 1`. */
  readonly flags?: readonly string[]
  /** What the last sentence must contain: a pattern, in any case. */
  readonly messageNames?: string
}

export interface Seen {
  readonly t: number
  readonly verdict: string
  readonly code: string | null
  readonly reason: string | null
  readonly message: string
}

/** Times of events and labels are rounded to a tenth of a second, and statuses of two kinds arrive apart. */
const ROUNDING = 0.15

/** Everything in which what was seen differs from the label; empty: met. */
export function unmet(label: Label, seen: readonly Seen[]): string[] {
  const last = seen.at(-1)
  const problems: string[] = []
  if (last === undefined) return ['nothing was answered']
  const finals = [label.final, ...(label.otherFinals ?? [])]
  if (!finals.includes(last.verdict)) problems.push(`ends as ${last.verdict}`)
  if (last.verdict === label.final) problems.push(...wording(label, last))
  const firstFail = seen.find(({ verdict }) => verdict === 'fail')
  if (label.neverFail && firstFail !== undefined)
    problems.push(`false schedule at ${firstFail.t}: ${firstFail.message}`)
  if (firstFail !== undefined && label.earliestFail !== null && firstFail.t < label.earliestFail - ROUNDING)
    problems.push(`fails at ${firstFail.t}, before ${label.earliestFail}`)
  if (
    label.latestFail !== null &&
    label.final === 'fail' &&
    !finals.includes('pending') &&
    !finals.includes('pass')
  ) {
    if (firstFail === undefined || firstFail.t > label.latestFail)
      problems.push(`no fail by ${label.latestFail}`)
  }
  const early = seen.find((one) => one.verdict === 'pass' && isPremature(label, one.t))
  if (early !== undefined) problems.push(`premature pass at ${early.t}`)
  return problems
}

function wording(label: Label, last: Seen): string[] {
  const codes = [label.code, ...(label.otherCodes ?? [])]
  const names = new RegExp(label.messageNames ?? '', 'i')
  const reasons = [label.reason, ...(label.otherReasons ?? [])]
  const problems: string[] = []
  if (!codes.includes(last.code)) problems.push(`code ${last.code}, not ${codes.join(' or ')}`)
  if (!names.test(last.message)) problems.push(`message without ${label.messageNames}: ${last.message}`)
  if (label.report === undefined && !reasons.includes(last.reason))
    problems.push(`reason ${last.reason}, not ${reasons.join(' or ')}`)
  return problems
}

function isPremature({ passAt, completeMeanwhile = [] }: Label, t: number): boolean {
  if (passAt !== null && t >= passAt - ROUNDING) return false
  return !completeMeanwhile.some(([start, end]) => t >= start - ROUNDING && t <= end + ROUNDING)
}
