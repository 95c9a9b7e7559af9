import type { MatchOf, Rule } from './rule.ts'

const STABILITY_WINDOW = {
  id: 'stability-window',
  class: 'progressing',
  code: null,
  texts: {
    matches: ['a pass at `/gate` that has not been one for `settle` or `minReadySeconds` yet'],
    cause: 'Without a readiness probe a crashing container looks complete between two crashes.',
    remedy: 'Wait; the message says until when. Each container that exits starts the window again.',
  },
} as const satisfies Rule

const TARGET_DELETED = {
  id: 'target-deleted',
  class: 'fatal',
  code: 'not-found',
  texts: {
    matches: ['what the gate waits for does not exist any more'],
    exception:
      'Progressing for 2 seconds, in which it may be created again. A Job that had finished when it was deleted (`ttlSecondsAfterFinished`) is judged by how it ended: one that completed passed.',
    cause: 'Somebody deleted the workload during the wait.',
    remedy: 'Create it again, and wait again.',
  },
  next: 'none',
} as const satisfies Rule

const TARGET_MISSING = {
  id: 'target-missing',
  class: 'unknown',
  code: 'not-found',
  texts: {
    matches: ['what the gate waits for did not exist once the cluster was read'],
    cause: 'Another namespace, an old hash, or a selector that matches nothing.',
    remedy: 'Correct the question.',
  },
  next: 'none',
} as const satisfies Rule

/** What a wait comes to besides the verdict that it waits for. */
export const WAIT_RULES = [STABILITY_WINDOW, TARGET_DELETED, TARGET_MISSING] as const

/** A pass that counts at `until`, a moment as a person reads it. */
export function unstablePass(until: string): MatchOf<'stability-window'> {
  return {
    rule: STABILITY_WINDOW,
    reason: null,
    what: `The verdict must stay pass until ${until}`,
  }
}

/** `problem`: that the target does not exist, as a sentence without full stop. `isFinal`: it had time to come back. */
export function targetDeleted(problem: string, isFinal: boolean): MatchOf<'target-deleted'> {
  const match = { rule: TARGET_DELETED, reason: null, what: `It was deleted during the wait: ${problem}` }
  return isFinal ? match : { ...match, class: 'progressing' }
}

/** `problem`: that the target does not exist, as a sentence without full stop. */
export function targetMissing(problem: string): MatchOf<'target-missing'> {
  return { rule: TARGET_MISSING, reason: null, what: problem }
}
