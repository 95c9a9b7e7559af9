import { COMPARE_RULES } from './compare.ts'
import { CONDITION_PROGRESS_RULES, CONDITION_RULES } from './condition.ts'
import { CONFIG_RULES } from './config.ts'
import { RESTART_RULES, STARTING_RULES, UNKNOWN_RULES } from './container.ts'
import { CRASH_RULES } from './crash.ts'
import { CRASH_LIMIT_RULES } from './crash-limit.ts'
import { CREATE_RULES } from './create.ts'
import { DEADLINE_RULES, PROGRESS_RULES } from './deadline.ts'
import { EVICTION_RULES } from './eviction.ts'
import { WAIT_RULES } from './gate.ts'
import { HELD_UP_RULES } from './held-up.ts'
import { IMAGE_RULES } from './image.ts'
import { JOB_RULES } from './job.ts'
import { PAUSE_RULES } from './paused.ts'
import { POD_RULES } from './pod.ts'
import { ANSWER_RULES } from './question.ts'
import { READINESS_RULES } from './readiness.ts'
import { REVISION_RULES, STRATEGY_RULES } from './revision.ts'
import { ROLLOUT_RULES, WORKLOAD_REF_RULES } from './rollout.ts'
import type { Rule } from './rule.ts'
import { GATE_RULES, SCHEDULING_RULES } from './scheduling.ts'
import { VOLUME_RULES } from './volume.ts'

/**
 * Rules about pods and workloads; a policy weighs them. They are in order of precedence: when several findings decide alike,
 * the answer names the earlier rule, as causes say more than their consequences. Within a family the order is that of its
 * array; a family whose rules belong to different places of this list has several arrays.
 */
const OF_WORKLOADS = [
  // Failures: causes first,
  ...STRATEGY_RULES,
  ...IMAGE_RULES,
  ...CONFIG_RULES,
  ...CRASH_RULES,
  ...EVICTION_RULES,
  ...POD_RULES,
  ...CREATE_RULES,
  ...VOLUME_RULES,
  ...HELD_UP_RULES,
  ...SCHEDULING_RULES,
  ...JOB_RULES,
  ...ROLLOUT_RULES,
  ...CONDITION_RULES,
  ...REVISION_RULES,
  // then their consequences.
  ...DEADLINE_RULES,
  // What is awaited: first what needs a person,
  ...UNKNOWN_RULES,
  ...GATE_RULES,
  ...PAUSE_RULES,
  // then what only takes time.
  ...RESTART_RULES,
  ...READINESS_RULES,
  ...STARTING_RULES,
  ...CONDITION_PROGRESS_RULES,
  ...WORKLOAD_REF_RULES,
  ...PROGRESS_RULES,
] as const

/** Rules about the question itself, comparisons and waits; no policy weighs them. */
const OF_QUESTIONS = [...ANSWER_RULES, ...CRASH_LIMIT_RULES, ...COMPARE_RULES, ...WAIT_RULES] as const

export type RuleId = (typeof OF_WORKLOADS | typeof OF_QUESTIONS)[number]['id']

export const WORKLOAD_RULES: readonly Rule<RuleId>[] = OF_WORKLOADS
export const QUESTION_RULES: readonly Rule<RuleId>[] = OF_QUESTIONS

/** Every rule, in order of precedence. */
export const RULES: readonly Rule<RuleId>[] = [...WORKLOAD_RULES, ...QUESTION_RULES]

/** Their ids, in the same order. */
export const RULE_IDS: readonly RuleId[] = RULES.map(({ id }) => id)

const BY_ID: ReadonlyMap<string, Rule<RuleId>> = new Map(RULES.map((rule) => [rule.id, rule]))

/** The rule of this id; undefined when there is none. */
export function findRule(id: string): Rule<RuleId> | undefined {
  return BY_ID.get(id)
}
