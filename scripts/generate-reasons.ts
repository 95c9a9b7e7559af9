import { NOTE_TEXTS } from '../src/analyze/notes.ts'
import { RULES } from '../src/rules/index.ts'
import type { RuleWeight } from '../src/rules/policy.ts'
import type { Rule } from '../src/rules/rule.ts'
import { duration } from '../src/rules/words.ts'

const HEAD = `<!-- Generated from src/rules/ by \`npm run generate\`. Do not edit. -->
# Reasons

Every rule that a verdict can rest on, in the order in which they are told: of several findings that decide alike the earlier rule is named, as causes say more than their consequences. Classes, thresholds and codes are those of the policy \`lynceus\`; [thresholds.md](thresholds.md) says how to change them.

| class       | meaning                                                                            |
| ----------- | ---------------------------------------------------------------------------------- |
| fatal       | fails now                                                                          |
| threshold   | fails once it has lasted or repeated enough, on enough pods; \`pending\` until then |
| progressing | on its way: \`pending\`                                                             |
| held        | waits for a person: \`pending\`                                                     |
| warning     | worth knowing, decides nothing                                                     |
`

/** The Markdown document of all rules. */
export function generateReasons(): string {
  const rows = RULES.map(
    (rule) => `| [${rule.id}](#${rule.id}) | ${rule.class} | ${short(rule)} | ${code(rule)} |\n`,
  )
  const table = `| rule | class | threshold | code |\n| --- | --- | --- | --- |\n${rows.join('')}`
  return `${HEAD}\n${table}\n${RULES.map(section).join('\n')}\n${notes()}`
}

function section(rule: Rule): string {
  const { matches, exception, cause, remedy } = rule.texts
  const lines = [
    `## ${rule.id}\n`,
    `- Matches: ${matches.map(word).join(', ')}`,
    `- Class: ${describeClass(rule)}${rule.code === null ? '' : `; code ${code(rule)}`}`,
    ...(exception === undefined ? [] : [`- But: ${exception}`]),
    `- Cause: ${cause}`,
    `- What to do: ${remedy}`,
  ]
  return `${lines.join('\n')}\n`
}

/** What stands among the findings of an answer though no rule of the policy says it. */
function notes(): string {
  const lines = Object.entries(NOTE_TEXTS).map(
    ([name, { cause, remedy }]) => `- \`${name}\`: ${cause} ${remedy}\n`,
  )
  return `## Notes\n\nWarnings in \`detail=full\` that are about the question and not about pods; they decide nothing.\n\n${lines.join('')}`
}

function describeClass({
  class: category,
  times,
  counts,
  seconds,
  patientSeconds,
  texts: { patient },
}: Rule): string {
  const thresholds = [
    ...(times === undefined ? [] : [`at ${times} (${counts})`]),
    ...(seconds === undefined ? [] : [`after ${duration(seconds)}`]),
    ...(patientSeconds === undefined ? [] : [`after ${duration(patientSeconds)} while ${patient}`]),
  ]
  return thresholds.length === 0 ? category : `${category}: ${thresholds.join(', ')}`
}

function short({ times, seconds, patientSeconds }: RuleWeight): string {
  const parts = [
    ...(times === undefined ? [] : [`${times} times`]),
    ...(seconds === undefined ? [] : [duration(seconds)]),
    ...(patientSeconds === undefined ? [] : [`or ${duration(patientSeconds)}`]),
  ]
  return parts.join(' ')
}

function code(weight: RuleWeight): string {
  return weight.code === null ? '' : `\`${weight.code}\``
}

/** What Kubernetes writes is code, what we say of it is not. */
function word(match: string): string {
  return /^[A-Z]\w+$/.test(match) ? `\`${match}\`` : match
}
