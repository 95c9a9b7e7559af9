import { type Static, type TObject, Type } from 'typebox'
import { type RuleId, WORKLOAD_RULES } from '../rules/index.ts'
import { LYNCEUS } from '../rules/policies/lynceus.ts'
import type { RuleWeight } from '../rules/policy.ts'
import type { Rule } from '../rules/rule.ts'

/** Maximum threshold, seconds: a week. */
const MAX_SECONDS = 604_800
/** Maximum number of times that something must happen. */
const MAX_TIMES = 1_000

const Whole = (minimum: number, maximum: number, description: string) =>
  Type.Optional(Type.Integer({ minimum, maximum, description }))

const Share = (minimum: number, maximum: number, description: string) =>
  Type.Optional(Type.Number({ minimum, maximum, description }))

/**
 * The figures of a policy that belong to no rule, with their bounds. Some bounds prevent an early pass: a container that
 * crashes at its start runs for a moment each time, so no file can shorten the default wait.
 */
export const FIGURES = {
  settleSeconds: Whole(
    LYNCEUS.settleSeconds,
    600,
    'How long a container must run after a crash before it counts as stable',
  ),
  settleFactor: Share(
    1,
    10,
    'A container in a crash loop must run longer than that: this multiple of its longest run so far ...',
  ),
  longestSettleSeconds: Whole(60, 3_600, '... but at most this long'),
  evictionMemorySeconds: Whole(60, 86_400, 'How long evictions count against a workload'),
  progressDeadlineSeconds: Whole(
    10,
    MAX_SECONDS,
    'How long a workload that has no deadline of its own may make no progress',
  ),
  smallRevisionPods: Whole(0, 1_000, 'In a canary of up to this many pods any affected pod is enough ...'),
  toleratedShare: Share(0, 0.9, '... in a larger one more than this share of its pods'),
} as const

/** All entries of a rule; ruleSchema() leaves out those that the rule does not use. */
const AnyRule = Type.Object({
  class: Type.Optional(Type.Enum(['fatal', 'threshold', 'progressing'])),
  seconds: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_SECONDS })),
  patientSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_SECONDS })),
  times: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_TIMES })),
})

export type RuleOverride = Static<typeof AnyRule>

/**
 * Classes that a file may give a rule: only those that prevent a pass while the rule matches. So a file cannot change a rule
 * about something in progress or paused, and it can make a failure more or less final, but never harmless. (Evictions below
 * their threshold are the exception, by that rule itself: the pods that exist decide.)
 */
export function allowedClasses(weight: RuleWeight): readonly ('fatal' | 'threshold' | 'progressing')[] {
  if (weight.class === 'threshold') return ['fatal', 'threshold', 'progressing']
  return weight.class === 'fatal' ? ['fatal', 'progressing'] : []
}

/** The rules that a policy file may change. */
export const TUNABLE_RULES: readonly Rule<RuleId>[] = WORKLOAD_RULES.filter(
  (rule) => allowedClasses(rule).length > 0,
)

/** The class of a rule and its thresholds. */
function ruleSchema(weight: RuleWeight): TObject {
  const { seconds, patientSeconds, times } = AnyRule.properties
  const properties = {
    class: Type.Optional(Type.Enum([...allowedClasses(weight)])),
    ...(weight.seconds === undefined ? {} : { seconds }),
    ...(weight.patientSeconds === undefined ? {} : { patientSeconds }),
    ...(weight.times === undefined ? {} : { times }),
  }
  return Type.Object(properties, { additionalProperties: false })
}

/** What a policy file may say of each rule. */
export const RULE_SCHEMAS: Readonly<Record<string, TObject>> = Object.fromEntries(
  TUNABLE_RULES.map((rule) => [rule.id, ruleSchema(rule)]),
)

const Rules = Type.Object(
  Object.fromEntries(Object.entries(RULE_SCHEMAS).map(([id, schema]) => [id, Type.Optional(schema)])),
  { additionalProperties: false },
)

/** The contents of a policy file; everything is optional. */
export const PolicyFileSchema = Type.Object(
  { rules: Type.Optional(Type.Unsafe<Partial<Record<string, RuleOverride>>>(Rules)), ...FIGURES },
  { additionalProperties: false },
)
