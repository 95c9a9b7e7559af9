import { QUESTION_RULES, WORKLOAD_RULES } from '../src/rules/index.ts'
import { nextCommand } from '../src/rules/next-step.ts'
import type { RuleWeight } from '../src/rules/policy.ts'
import type { Rule } from '../src/rules/rule.ts'
import { duration } from '../src/rules/words.ts'

const HEAD = `<!-- Generated from src/rules/ by \`npm run generate\`. Do not edit. -->
# Reasons

Every rule about pods and workloads, in order of precedence: when several findings decide alike, the answer names the earlier rule, because causes say more than their consequences. Classes, thresholds and codes are those of the policy \`lynceus\`; [thresholds.md](thresholds.md) says how to change them.

| class       | meaning                                                                            |
| ----------- | ---------------------------------------------------------------------------------- |
| fatal       | fails now                                                                          |
| threshold   | fails once it has lasted or repeated enough, on enough pods; \`pending\` until then |
| progressing | in progress: \`pending\`                                                            |
| held        | waits for a person: \`pending\`                                                     |
| warning     | worth knowing, decides nothing                                                     |
`

const QUESTIONS = `# Reasons in the question

Rules about the question itself: missing data, its own limit of crashes, a comparison, a wait. No policy changes them.

| class   | meaning                                                      |
| ------- | ------------------------------------------------------------ |
| unknown | data are missing: \`unknown\`, or 503 unless \`onStale=unknown\` |
`

/** The Markdown document of all rules. */
export function generateReasons(): string {
  return `${HEAD}\n${chapter(WORKLOAD_RULES)}\n${QUESTIONS}\n${chapter(QUESTION_RULES)}`
}

function chapter(rules: readonly Rule[]): string {
  const rows = rules.map(
    (rule) => `| [${rule.id}](#${rule.id}) | ${rule.class} | ${short(rule)} | ${code(rule)} |\n`,
  )
  const table = `| rule | class | threshold | code |\n| --- | --- | --- | --- |\n${rows.join('')}`
  return `${table}\n${rules.map(section).join('\n')}`
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
    ...describeNext(rule),
  ]
  return `${lines.join('\n')}\n`
}

/** Names that stand for real ones. */
const RUN = {
  ...{ namespace: 'NAMESPACE', pod: 'POD', podUid: '', container: 'CONTAINER', restarts: 0 },
  ...{ previous: true, hasEnded: true },
}

/** The command of a rule that names a step; without one it depends on the subject. */
function describeNext({ next }: Rule): string[] {
  if (next === undefined) return []
  const command = nextCommand(next, {
    namespace: RUN.namespace,
    object: { resource: 'KIND', kind: 'KIND', name: 'NAME', namespace: RUN.namespace },
    node: 'NODE',
    run: { ...RUN, previous: next === 'last-log' },
  })
  return command === null ? [] : [`- What shows more: \`${command}\``]
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
