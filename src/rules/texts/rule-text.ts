/** What a person wants to know of a rule that a verdict named. */
export interface RuleText {
  /** States and reasons of Kubernetes that it matches, as the API writes them; a phrase where there is no word. */
  readonly matches: readonly string[]
  /** What the threshold `times` counts, in the plural; absent where the rule counts nothing. */
  readonly counts?: string
  /** When the patient threshold holds, as the rest of a sentence that begins with "while". */
  readonly patient?: string
  /** Where the rule itself knows better than the policy. */
  readonly exception?: string
  /** What usually lies behind it. */
  readonly cause: string
  /** What to do about it. */
  readonly remedy: string
}
