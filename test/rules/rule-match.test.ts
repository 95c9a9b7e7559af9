// How a match is weighed: when it counts towards a failure, and when it will.
import t from 'tap'
import type { RuleWeight } from '../../src/rules/policy.ts'
import { type RuleMatch, weigh, workloadSubject } from '../../src/rules/rule-match.ts'
import { CONTEXT, NOW } from './facts.ts'

const TEXTS = { matches: ['x'], cause: '', remedy: '' }
const ABOUT = workloadSubject('Deployment', 'web')

function rule(weight: Partial<RuleWeight>): RuleMatch['rule'] {
  return { id: 'unschedulable', code: 'scheduling', class: 'threshold', texts: TEXTS, ...weight }
}

const LASTING = rule({ seconds: 60, patientSeconds: 300 })
const REPEATED = rule({ times: 3 })

interface Expected {
  readonly reached: boolean
  readonly changesAt: number | null
}

const CASES: readonly (readonly [title: string, match: Omit<RuleMatch, 'reason' | 'what'>, Expected])[] = [
  ['fatal', { rule: rule({ class: 'fatal' }) }, { reached: true, changesAt: null }],
  [
    'a warning',
    { rule: rule({ class: 'warning', times: 1 }), times: 5 },
    { reached: false, changesAt: null },
  ],
  ['held', { rule: rule({ class: 'held' }), since: 0 }, { reached: false, changesAt: null }],
  ['on its way', { rule: rule({ class: 'progressing' }), since: 0 }, { reached: false, changesAt: null }],
  ['long enough', { rule: LASTING, since: NOW - 60 }, { reached: true, changesAt: null }],
  ['not yet', { rule: LASTING, since: NOW - 59 }, { reached: false, changesAt: NOW + 1 }],
  [
    'not yet, and it changes before',
    { rule: LASTING, since: NOW - 30, changesAt: NOW + 10 },
    { reached: false, changesAt: NOW + 10 },
  ],
  [
    'not yet, and it changes after',
    { rule: LASTING, since: NOW - 30, changesAt: NOW + 50 },
    { reached: false, changesAt: NOW + 30 },
  ],
  [
    'not yet, and it has changed already',
    { rule: LASTING, since: NOW - 30, changesAt: NOW - 10 },
    { reached: false, changesAt: NOW + 30 },
  ],
  ['patient', { rule: LASTING, since: NOW - 60, patient: true }, { reached: false, changesAt: NOW + 240 }],
  [
    'patient long enough',
    { rule: LASTING, since: NOW - 300, patient: true },
    { reached: true, changesAt: null },
  ],
  [
    'patient without a threshold of its own',
    { rule: rule({ seconds: 60 }), since: NOW - 60, patient: true },
    { reached: true, changesAt: null },
  ],
  ['nobody knows since when', { rule: LASTING }, { reached: false, changesAt: null }],
  ['often enough', { rule: REPEATED, times: 3 }, { reached: true, changesAt: null }],
  ['not often enough', { rule: REPEATED, times: 2 }, { reached: false, changesAt: null }],
  ['not counted', { rule: REPEATED }, { reached: false, changesAt: null }],
  [
    'its own moment',
    { rule: REPEATED, times: 1, changesAt: NOW + 7 },
    { reached: false, changesAt: NOW + 7 },
  ],
  [
    'the match knows better: fatal',
    { rule: LASTING, since: NOW, class: 'fatal' },
    { reached: true, changesAt: null },
  ],
  [
    'the match knows better: a warning',
    { rule: LASTING, since: 0, class: 'warning' },
    { reached: false, changesAt: null },
  ],
]

for (const [title, match, expected] of CASES)
  t.test(title, async (t) => {
    const finding = weigh({ reason: null, what: 'is so', ...match }, ABOUT, CONTEXT)
    t.match(finding, { ...expected, class: match.class ?? match.rule.class, code: 'scheduling' })
  })

t.test('a policy weighs otherwise than the rule itself', async (t) => {
  const rules = { unschedulable: { class: 'fatal', code: 'held' } } as const
  const context = { ...CONTEXT, policy: { ...CONTEXT.policy, rules } }
  const finding = weigh({ rule: LASTING, reason: null, what: 'is so', since: NOW }, ABOUT, context)
  t.match(finding, { class: 'fatal', code: 'held', reached: true })
})

t.test('what is not said is zero or null, what is said is kept', async (t) => {
  const bare = weigh({ rule: LASTING, reason: null, what: 'is so' }, ABOUT, CONTEXT)
  t.match(bare, { since: null, restarts: 0, exitCode: null, reason: null, what: 'is so', code: 'scheduling' })
  const full = weigh(
    { rule: LASTING, reason: 'Why', what: 'is so', restarts: 2, exitCode: 137, code: 'held' },
    ABOUT,
    CONTEXT,
  )
  t.match(full, { restarts: 2, exitCode: 137, reason: 'Why', code: 'held' })
})

t.test('what is still to come until it fails', async (t) => {
  const what = (match: Omit<RuleMatch, 'reason' | 'what'>) =>
    weigh({ reason: null, what: 'is so', ...match }, ABOUT, CONTEXT).what
  t.match(what({ rule: LASTING, since: NOW }), /^is so; fails at .* UTC if nothing changes$/)
  t.equal(what({ rule: REPEATED, times: 1 }), 'is so; the limit is 3')
  t.equal(what({ rule: REPEATED, times: 3 }), 'is so', 'it has failed')
  t.equal(what({ rule: REPEATED, times: 1, class: 'warning' }), 'is so', 'it never will')
  t.equal(what({ rule: LASTING, since: NOW - 60 }), 'is so')
})
