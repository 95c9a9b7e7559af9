import type { RuleId } from '../rule-ids.ts'
import { CONTAINER_TEXTS } from './container-texts.ts'
import type { RuleText } from './rule-text.ts'
import { WORKLOAD_TEXTS } from './workload-texts.ts'

/** Every rule in words; `docs/reasons.md` is made of it. A rule without words does not compile. */
export const RULE_TEXTS: Readonly<Record<RuleId, RuleText>> = { ...CONTAINER_TEXTS, ...WORKLOAD_TEXTS }
