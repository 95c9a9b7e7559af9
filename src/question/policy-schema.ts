import { type TSchema, Type } from 'typebox'
import { type RuleId, WORKLOAD_RULES } from '../rules/index.ts'
import { LYNCEUS } from '../rules/policies/lynceus.ts'
import type { RuleWeight } from '../rules/policy.ts'
import type { Rule } from '../rules/rule.ts'

/** Longest threshold, seconds: a week. Beyond it nobody waits any more. */
const MAX_SECONDS = 604_800
/** How often something may have to happen. */
const MAX_TIMES = 1_000

const Seconds = (minimum: number, maximum: number, description: string) =>
  Type.Optional(Type.Integer({ minimum, maximum, description }))

const Share = (minimum: number, maximum: number, description: string) =>
  Type.Optional(Type.Number({ minimum, maximum, description }))

/**
 * The figures of a policy that belong to no rule, with their bounds. Some of them prevent a pass that comes too early: a
 * container that crashes at its start runs for a moment each time, so no file can shorten the usual wait.
 */
export const FIGURES = {
  settleSeconds: Seconds(
    LYNCEUS.settleSeconds,
    600,
    'How long a container must run after a crash before it counts as stable',
  ),
  settleFactor: Share(
    1,
    10,
    'A container in a crash loop must run longer than that: this multiple of its longest run so far ...',
  ),
  longestSettleSeconds: Seconds(60, 3_600, '... but at most this long'),
  evictionMemorySeconds: Seconds(60, 86_400, 'How long evictions count against a workload'),
  progressDeadlineSeconds: Seconds(
    10,
    MAX_SECONDS,
    'How long a workload that has no deadline of its own may make no progress',
  ),
  smallRevisionPods: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 1_000,
      description: 'In a canary of up to this many pods any affected pod is enough ...',
    }),
  ),
  toleratedShare: Share(0, 0.9, '... in a larger one more than this share of its pods'),
} as const

/** What a file may say of any rule at most. */
const AnyRule = Type.Object({
  class: Type.Optional(Type.Enum(['fatal', 'threshold', 'progressing'])),
  seconds: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_SECONDS })),
  patientSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_SECONDS })),
  times: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_TIMES })),
})

/** The types of a file that `PolicyFileSchema` lets through, which knows more: what may be said of which rule. */
export const PolicyFileShape = Type.Object({
  rules: Type.Optional(Type.Record(Type.String(), AnyRule)),
  ...FIGURES,
})

/**
 * Classes that a file may give a rule: only those under which nothing passes while the rule matches. So a rule that says
 * that something is awaited or held cannot be changed, and a failure can become more or less final, never harmless.
 * (Evictions below their threshold are the exception, by that rule itself: the pods that exist decide.)
 */
export function allowedClasses(weight: RuleWeight): readonly ('fatal' | 'threshold' | 'progressing')[] {
  if (weight.class === 'threshold') return ['fatal', 'threshold', 'progressing']
  return weight.class === 'fatal' ? ['fatal', 'progressing'] : []
}

/** Rules of which a policy file may say something. */
export const TUNABLE_RULES: readonly Rule<RuleId>[] = WORKLOAD_RULES.filter(
  (rule) => allowedClasses(rule).length > 0,
)

/** The class of a rule and the thresholds that it has. */
function ruleSchema(weight: RuleWeight): TSchema {
  const { seconds, patientSeconds, times } = AnyRule.properties
  const properties = {
    class: Type.Optional(Type.Enum([...allowedClasses(weight)])),
    ...(weight.seconds === undefined ? {} : { seconds }),
    ...(weight.patientSeconds === undefined ? {} : { patientSeconds }),
    ...(weight.times === undefined ? {} : { times }),
  }
  return Type.Object(properties, { additionalProperties: false })
}

/** What a policy file may hold; everything is optional. */
export const PolicyFileSchema = Type.Object(
  {
    rules: Type.Optional(
      Type.Object(
        Object.fromEntries(TUNABLE_RULES.map((rule) => [rule.id, Type.Optional(ruleSchema(rule))])),
        { additionalProperties: false },
      ),
    ),
    ...FIGURES,
  },
  { additionalProperties: false },
)
