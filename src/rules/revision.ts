import type { Seconds } from '../model/meta.ts'
import type { MatchOf, Rule } from './rule.ts'

const MINUTE = 60

const BLOCKED_UPDATE = {
  id: 'blocked-update',
  class: 'threshold',
  code: 'not-progressing',
  seconds: MINUTE,
  texts: {
    matches: ['a broken pod of the old revision of a StatefulSet with OrderedReady'],
    cause:
      'The controller waits for the old pod to become ready before it replaces any: the fix never arrives.',
    remedy: 'Delete the pod that the message names.',
  },
  isConsequence: true,
} as const satisfies Rule

const SUPERSEDED = {
  id: 'superseded',
  class: 'fatal',
  code: 'superseded',
  texts: {
    matches: ['a revision without pods of which there is a newer one'],
    cause: 'Somebody rolled out something newer meanwhile.',
    remedy: 'Ask about the newer revision.',
  },
} as const satisfies Rule

/** One revision in the way of another. */
export const REVISION_RULES = [BLOCKED_UPDATE, SUPERSEDED] as const

/** `cause`: what is wrong with the broken pod of the old revision. `since`: when the new one was made. */
export function blockedUpdate(
  cause: { readonly reason: string | null; readonly what: string },
  since: Seconds,
): MatchOf<'blocked-update'> {
  const what = `is of the old revision and blocks the update, as its controller waits for it: it ${cause.what}; delete the pod`
  return { rule: BLOCKED_UPDATE, reason: cause.reason, what, since }
}

/** A revision that wants no pods any more. */
export function superseded(): MatchOf<'superseded'> {
  const what = 'wants no pods any more: a newer revision took its place'
  return { rule: SUPERSEDED, reason: null, what }
}

/** A newer revision came while somebody waited for this one. */
export function supersededMeanwhile(revision: string, newer: string | null): MatchOf<'superseded'> {
  const what = `Revision ${revision} was superseded by ${newer ?? 'a newer one'} during the wait`
  return { rule: SUPERSEDED, reason: null, what }
}
