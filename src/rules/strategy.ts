import type { MatchOf, Rule } from './rule.ts'
import { count } from './words.ts'

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

/** Update strategies under which nothing rolls out by itself. */
export const STRATEGY_RULES = [UNSUPPORTED_STRATEGY] as const

/** Strategy OnDelete with `old` pods of an old revision. */
export function onDelete(old: number): MatchOf<'unsupported-strategy'> {
  const what = `has update strategy OnDelete: the old revision stays on ${count(old, 'pod')} until somebody deletes them`
  return { rule: UNSUPPORTED_STRATEGY, reason: 'OnDelete', what }
}
