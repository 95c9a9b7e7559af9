// A rule gives one reason for one container (or pod, or workload) for as long as a recording lasts: a state that alternates
// with back-off must not make the reason alternate.
import t from 'tap'
import { plainQuestion } from '../../src/question/question.ts'
import { replay } from '../../src/replay/replay.ts'
import { readLabels, readScenario, resolveTarget } from '../corpus/stage.ts'

/** On its way through states that are not alike, as ContainerCreating and PodInitializing. */
const CHANGING: ReadonlySet<string> = new Set(['starting'])

for (const { scenario, query, from, end } of readLabels()) {
  const recording = readScenario(scenario)
  const question = { ...plainQuestion(query.namespace, resolveTarget(query)), detail: 'full' } as const
  const reasons = new Map<string, Set<string | null>>()
  for (const { answer } of replay({ recording, question, from, until: end }))
    for (const { rule, subject, container, reason } of answer?.findings ?? []) {
      if (CHANGING.has(rule)) continue
      const who = `${rule} of ${subject} ${container ?? ''}`
      reasons.set(who, (reasons.get(who) ?? new Set()).add(reason))
    }
  const changing = [...reasons].filter(([, { size }]) => size > 1).map(([who, all]) => [who, ...all])
  t.same(changing, [], scenario)
}
