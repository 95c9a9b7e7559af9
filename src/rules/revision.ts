import type { Seconds } from '../model/meta.ts'
import type { MatchOf, Rule } from './rule.ts'
import { count } from './words.ts'

const MINUTE = 60

const UNSUPPORTED_STRATEGY = {
  id: 'unsupported-strategy',
  class: 'fatal',
  code: 'not-supported-strategy',
  texts: {
    matches: ['updateStrategy OnDelete'],
    cause: 'The StatefulSet or DaemonSet replaces a pod only after somebody deletes it.',
    remedy: 'Delete the pods of the old revision, or use `updateStrategy: RollingUpdate`.',
  },
} as const satisfies Rule

const BLOCKED_UPDATE = {
  id: 'blocked-update',
  class: 'threshold',
  code: 'not-progressing',
  seconds: MINUTE,
  texts: {
    matches: ['a broken pod of the old revision of a StatefulSet with OrderedReady'],
    cause:
      'The controller waits until the old pod is ready before it replaces any pod, so the new revision never arrives.',
    remedy: 'Delete the pod that the message names.',
  },
  isConsequence: true,
} as const satisfies Rule

const SUPERSEDED = {
  id: 'superseded',
  class: 'fatal',
  code: 'superseded',
  texts: {
    matches: [
      'a revision that wants no pods and has a newer one',
      'a newer revision during a wait at `/gate`',
    ],
    cause: 'Somebody rolled out a newer revision in the meantime.',
    remedy: 'Ask about the newer revision.',
  },
} as const satisfies Rule

/** Update strategies under which nothing rolls out by itself. */
export const STRATEGY_RULES = [UNSUPPORTED_STRATEGY] as const

/** One revision that blocks or replaces another. */
export const REVISION_RULES = [BLOCKED_UPDATE, SUPERSEDED] as const

/** `cause`: what is wrong with the pod of the old revision. `since`: when the new revision was created. */
export function blockedUpdate(
  cause: { readonly reason: string | null; readonly what: string },
  since: Seconds,
): MatchOf<'blocked-update'> {
  const what = `belongs to the old revision and blocks the update, because the controller waits until it is ready: it ${cause.what}; delete the pod`
  return { rule: BLOCKED_UPDATE, reason: cause.reason, what, since }
}

/** A revision that wants no pods any more. */
export function superseded(): MatchOf<'superseded'> {
  const what = 'wants no pods: a newer revision replaced it'
  return { rule: SUPERSEDED, reason: null, what }
}

/** A newer revision appeared while a client waited for this one. */
export function supersededMeanwhile(revision: string, newer: string | null): MatchOf<'superseded'> {
  const what = `Revision ${revision} was superseded by ${newer ?? 'a newer one'} during the wait`
  return { rule: SUPERSEDED, reason: null, what }
}

/** Strategy OnDelete with `old` pods of an old revision. */
export function onDelete(old: number): MatchOf<'unsupported-strategy'> {
  const what = `has update strategy OnDelete: the old revision stays on ${count(old, 'pod')} until somebody deletes them`
  return { rule: UNSUPPORTED_STRATEGY, reason: 'OnDelete', what }
}
