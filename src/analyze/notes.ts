import type { NamespaceView } from '../kinds/namespace-view.ts'
import type { EffectiveQuestion } from '../question/effective-question.ts'
import type { Finding } from '../rules/finding.ts'
import { badAnnotation, eventsMissing } from '../rules/question.ts'
import { weighByRecord } from '../rules/rule-match.ts'

/** The note that some rules cannot match because events cannot be read. */
export function eventNotes({ hasEvents }: NamespaceView): Finding[] {
  return hasEvents ? [] : [weighByRecord(eventsMissing(), 'events')]
}

/** The notes about annotations that cannot be used, each once. */
export function annotationNotes(tuned: readonly EffectiveQuestion[]): Finding[] {
  const notes = tuned.flatMap(({ subject, problems }) =>
    subject === null
      ? []
      : problems.map(({ name, reason }) => weighByRecord(badAnnotation(name, subject, reason), subject)),
  )
  return [...new Map(notes.map((one) => [one.what, one])).values()]
}
