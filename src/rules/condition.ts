import type { Condition } from '../model/meta.ts'
import type { CustomObject } from '../model/records.ts'
import type { CheckedRule, Match } from './rule.ts'
import { clock, quote } from './words.ts'

const CONDITION_STALLED = {
  id: 'condition-stalled',
  class: 'fatal',
  code: 'not-progressing',
  texts: {
    matches: ['Stalled=True of a custom resource'],
    cause: 'The controller of a custom resource says that it cannot go on by itself.',
    remedy: 'The message says why. Correct the object, or what it refers to.',
  },
  check: (object) => toMatch(findCondition(object, 'Stalled', 'True'), 'is stalled'),
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
  check: (object) => toMatch(findCondition(object, 'Degraded', 'True'), 'is degraded'),
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
  check: (object) =>
    readiness(object) === true
      ? null
      : toMatch(findCondition(object, 'Progressing', 'False'), 'makes no progress'),
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
    cause: 'The controller of a custom resource is at work, or waits for something.',
    remedy: 'Wait until the moment that the message names. The message says what is waited for.',
  },
  check: pending,
} as const satisfies CheckedRule<CustomObject>

/** What the standard conditions of a custom resource say against it. */
export const CONDITION_RULES = [CONDITION_STALLED, CONDITION_DEGRADED, CONDITION_NOT_PROGRESSING] as const
/** ... and what they say that it waits for. */
export const CONDITION_PROGRESS_RULES = [CONDITION_PENDING] as const

export const CONDITION_CHECKS = [...CONDITION_RULES, ...CONDITION_PROGRESS_RULES] as const

/** Conditions that say that all is well when they are True; which of them there are depends on the controller. */
const POSITIVE = ['Ready', 'Available'] as const

/** Whether its controller says that all is well, or that it is not; null: it says nothing about that. */
export function readiness({ conditions }: CustomObject): boolean | null {
  const positive = conditions.filter(isPositive)
  return positive.length === 0 ? null : positive.every(({ status }) => status === 'True')
}

function pending(object: CustomObject): Match | null {
  const reconciling = findCondition(object, 'Reconciling', 'True')
  if (reconciling !== undefined) return toMatch(reconciling, 'is being reconciled')
  const open = object.conditions.find((one) => isPositive(one) && one.status !== 'True')
  return toMatch(open, `is not ${open?.type === 'Available' ? 'available' : 'ready'}`)
}

function isPositive({ type }: Condition): boolean {
  return POSITIVE.some((one) => one === type)
}

function findCondition({ conditions }: CustomObject, type: string, status: string): Condition | undefined {
  return conditions.find((one) => one.type === type && one.status === status)
}

function toMatch(condition: Condition | undefined, what: string): Match | null {
  if (condition === undefined) return null
  const { reason, message, since } = condition
  const detail = message === '' ? '' : `: ${quote(message)}`
  const from = since === 0 ? '' : ` since ${clock(since)}`
  // Without a time nobody knows whether a threshold has passed.
  const began = since === 0 ? null : since
  return { reason: reason === '' ? null : reason, what: `${what}${from}${detail}`, since: began }
}
