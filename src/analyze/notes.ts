import type { NamespaceView } from '../kinds/namespace-view.ts'
import type { EffectiveQuestion } from '../question/effective-question.ts'
import type { AnswerFinding } from './answer.ts'

/** What an answer says besides what the rules found: it decides nothing. `docs/reasons.md` has the texts. */
export const NOTE_TEXTS = {
  'events-missing': {
    cause: 'Lynceus may not read events, or has not read them yet; a few rules need them.',
    remedy: 'Give its service account `list` and `watch` on events.',
  },
  'bad-annotation': {
    cause: 'A `lynceus.dev/...` annotation of the workload has an unknown name or a value that is not valid.',
    remedy: 'Correct the annotation; Lynceus ignores it until then.',
  },
} as const

/** Without events some rules are blind: the findings say so. */
export function eventNotes({ hasEvents }: NamespaceView): AnswerFinding[] {
  if (hasEvents) return []
  const message = 'Lynceus cannot read events: it may miss failures to mount volumes or to create pods.'
  return [note('events-missing', 'events', message)]
}

/** Annotations that mean nothing, each once. */
export function annotationNotes(tuned: readonly EffectiveQuestion[]): AnswerFinding[] {
  const notes = tuned.flatMap(({ subject, problems }) =>
    problems.map(({ name, reason }) =>
      note('bad-annotation', subject ?? '', `Annotation ${name} of ${subject} ${reason}; it is ignored.`),
    ),
  )
  return [...new Map(notes.map((one) => [one.message, one])).values()]
}

function note(rule: keyof typeof NOTE_TEXTS, subject: string, message: string): AnswerFinding {
  return {
    rule,
    code: null,
    reason: null,
    class: 'warning',
    subject,
    container: null,
    since: null,
    message,
    restarts: 0,
    exitCode: null,
  }
}
