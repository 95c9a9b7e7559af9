import { type Condition, findCondition } from '../model/meta.ts'
import type { CustomObject } from '../model/records.ts'
import type { Context } from './context.ts'
import type { CheckedRule, Match } from './rule.ts'
import { quote, sinceWhen } from './words.ts'

const CONDITION_STALLED = {
  id: 'condition-stalled',
  class: 'fatal',
  code: 'not-progressing',
  texts: {
    matches: ['Stalled=True of a custom resource'],
    cause: 'The controller of a custom resource says that it cannot continue by itself.',
    remedy: 'The message says why. Correct the object, or an object that it refers to.',
  },
  isConsequence: true,
  check: (object, context) => toMatch(findCondition(object.conditions, 'Stalled'), 'is stalled', context),
} as const satisfies CheckedRule<CustomObject>

const CONDITION_DEGRADED = {
  id: 'condition-degraded',
  class: 'threshold',
  code: 'not-progressing',
  seconds: 60,
  texts: {
    matches: ['Degraded=True of a custom resource'],
    cause: 'The controller of a custom resource says that it does not work as it should.',
    remedy: 'The message says why.',
  },
  isConsequence: true,
  check: (object, context) => toMatch(findCondition(object.conditions, 'Degraded'), 'is degraded', context),
} as const satisfies CheckedRule<CustomObject>

const CONDITION_NOT_PROGRESSING = {
  id: 'condition-not-progressing',
  class: 'threshold',
  code: 'not-progressing',
  seconds: 60,
  texts: {
    matches: ['Progressing=False of a custom resource that is neither Ready nor Available'],
    cause: 'The controller of a custom resource says that its rollout makes no progress.',
    remedy: 'The message says why.',
  },
  isConsequence: true,
  check: (object, context) =>
    readiness(object) === true
      ? null
      : toMatch(findCondition(object.conditions, 'Progressing', 'False'), 'makes no progress', context),
} as const satisfies CheckedRule<CustomObject>

const CONDITION_PENDING = {
  id: 'condition-pending',
  class: 'progressing',
  code: null,
  texts: {
    matches: [
      'Reconciling=True of a custom resource',
      'Ready or Available of a custom resource that is False or Unknown',
    ],
    cause: 'The controller of a custom resource is working, or waits for something.',
    remedy: 'Wait; the message says what for, and when it fails.',
  },
  isConsequence: true,
  check: pending,
} as const satisfies CheckedRule<CustomObject>

/** Standard conditions of a custom resource that report a failure. */
export const CONDITION_RULES = [CONDITION_STALLED, CONDITION_DEGRADED, CONDITION_NOT_PROGRESSING] as const
/** Standard conditions of a custom resource that report progress. */
export const CONDITION_PROGRESS_RULES = [CONDITION_PENDING] as const

export const CONDITION_CHECKS = [...CONDITION_RULES, ...CONDITION_PROGRESS_RULES] as const

/** Conditions that are True when the object is good; which of them exist depends on the controller. */
const POSITIVE = ['Ready', 'Available'] as const

/** Whether its controller says that the object is good; null: it does not say. */
export function readiness({ conditions }: CustomObject): boolean | null {
  const positive = conditions.filter(isPositive)
  return positive.length === 0 ? null : positive.every(({ status }) => status === 'True')
}

function pending(object: CustomObject, context: Context): Match | null {
  const reconciling = findCondition(object.conditions, 'Reconciling')
  if (reconciling !== undefined) return toMatch(reconciling, 'is being reconciled', context)
  const open = object.conditions.find((one) => isPositive(one) && one.status !== 'True')
  return toMatch(open, `is not ${open?.type === 'Available' ? 'available' : 'ready'}`, context)
}

function isPositive({ type }: Condition): boolean {
  return POSITIVE.some((one) => one === type)
}

function toMatch(condition: Condition | undefined, what: string, { now }: Context): Match | null {
  if (condition === undefined) return null
  const { reason, message, since } = condition
  const detail = message === '' ? '' : `: ${quote(message)}`
  const from = since === 0 ? '' : sinceWhen(since, now)
  // Without a time it is unknown whether a threshold has passed.
  const began = since === 0 ? null : since
  return { reason: reason === '' ? null : reason, what: `${what}${from}${detail}`, since: began }
}
