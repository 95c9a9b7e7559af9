import type { MatchOf, Rule } from './rule.ts'
import { count } from './words.ts'

const UNSUPPORTED_STRATEGY = {
  id: 'unsupported-strategy',
  class: 'fatal',
  code: 'not-supported-strategy',
  texts: {
    matches: ['updateStrategy OnDelete'],
    cause: 'A StatefulSet or DaemonSet that replaces its pods only when somebody deletes them.',
    remedy: 'Delete the pods of the old revision, or use `updateStrategy: RollingUpdate`.',
  },
} as const satisfies Rule

/** Update strategies under which nothing rolls out by itself. */
export const STRATEGY_RULES = [UNSUPPORTED_STRATEGY] as const

/** Strategy OnDelete with `old` pods of an old revision. */
export function onDelete(old: number): MatchOf<'unsupported-strategy'> {
  const what = `has update strategy OnDelete: the old revision stays on ${count(old, 'pod')} until deleted by hand`
  return { rule: UNSUPPORTED_STRATEGY, reason: 'OnDelete', what }
}
