// What findings come to. A pass needs that nothing is open: whatever turns a fail or a pending into a pass must be seen here.
import t from 'tap'
import type { Finding } from '../../src/rules/finding.ts'
import { decide, type PodQuorum } from '../../src/rules/verdict.ts'
import { NOW } from './facts.ts'

const CROWD: PodQuorum = { present: 4, required: 2, strict: false }

function finding(rest: Partial<Finding>): Finding {
  const name = rest.podUid ?? 'web'
  return {
    rule: 'incomplete',
    code: null,
    reason: null,
    class: 'progressing',
    subject: rest.podUid == null ? 'deployment/web' : `pod/${name}`,
    podUid: null,
    container: null,
    since: NOW - 60,
    who: rest.podUid == null ? 'Deployment web' : `Pod ${name}`,
    what: 'is so',
    restarts: 0,
    exitCode: null,
    reached: false,
    changesAt: null,
    ...rest,
  }
}

const FATAL = {
  rule: 'config-missing',
  class: 'fatal',
  code: 'invalid-config',
  reached: true,
  what: 'is fatal',
} as const
const PAST = {
  rule: 'unschedulable',
  class: 'threshold',
  code: 'scheduling',
  reached: true,
  what: 'is past',
} as const
const OPEN = { ...PAST, reached: false, what: 'is open' } as const

const CASES: readonly (readonly [
  title: string,
  findings: readonly Partial<Finding>[],
  verdict: string,
  code: string | null,
  crowd?: Partial<PodQuorum>,
])[] = [
  ['nothing', [], 'pass', null],
  ['explained', [{ class: 'ok' }], 'pass', null],
  ['a warning alone', [{ class: 'warning', rule: 'evicted', podUid: 'a' }], 'pass', null],
  ['on its way', [{}], 'pending', null],
  ['held', [{ class: 'held', code: 'held', rule: 'paused' }], 'pending', 'held'],
  ['a threshold not yet reached', [{ ...OPEN, podUid: 'a' }], 'pending', 'scheduling'],
  ['the workload itself', [FATAL], 'fail', 'invalid-config'],
  ['the workload itself, past a threshold', [PAST], 'fail', 'scheduling'],
  [
    'the workload itself, though many are required',
    [PAST],
    'fail',
    'scheduling',
    { required: 9, strict: true },
  ],
  ['one pod, fatal', [{ ...FATAL, podUid: 'a' }], 'fail', 'invalid-config'],
  [
    'one pod, fatal, where a quorum was asked for',
    [{ ...FATAL, podUid: 'a' }],
    'pending',
    null,
    { strict: true },
  ],
  ['one pod past a threshold, of two required', [{ ...PAST, podUid: 'a' }], 'pending', null],
  [
    'one pod twice is one pod',
    [
      { ...PAST, podUid: 'a', container: 'app' },
      { ...PAST, podUid: 'a', container: 'side' },
    ],
    'pending',
    null,
  ],
  [
    'two pods past a threshold',
    [
      { ...PAST, podUid: 'a' },
      { ...PAST, podUid: 'b' },
    ],
    'fail',
    'scheduling',
  ],
  [
    'two pods, for different reasons: the earlier rule names it',
    [
      { ...PAST, podUid: 'a' },
      { ...FATAL, podUid: 'b' },
    ],
    'fail',
    'invalid-config',
    { strict: true },
  ],
  [
    'a pod past its threshold and one not yet',
    [
      { ...PAST, podUid: 'a' },
      { ...OPEN, podUid: 'b' },
    ],
    'pending',
    null,
  ],
  [
    'a warning beside what is on its way',
    [{ class: 'warning', rule: 'evicted', podUid: 'a' }, {}],
    'pending',
    null,
  ],
]

for (const [title, findings, verdict, code, crowd = {}] of CASES)
  t.test(title, async (t) => {
    const decided = decide(findings.map(finding), { ...CROWD, ...crowd }, 'Good.')
    t.match(decided, { verdict, code })
    t.equal(decided.findings.length, findings.length, 'none is lost')
    t.equal(decided.message === 'Good.', verdict === 'pass')
  })

t.test('which finding leads, whatever the order in which they came', async (t) => {
  const all = [
    finding({ what: 'waits' }),
    finding({ rule: 'paused', class: 'held', what: 'is held' }),
    finding({ rule: 'generation', what: 'is on its way' }),
    finding({ rule: 'evicted', class: 'warning', podUid: 'c', what: 'is a warning' }),
    finding({ ...OPEN, podUid: 'b' }),
    finding({ ...PAST, podUid: 'a' }),
  ]
  const words = ['is past', 'is open', 'is held', 'is on its way', 'is a warning', 'waits']
  for (const findings of [all, all.toReversed()])
    t.strictSame(
      decide(findings, CROWD, 'Good.').findings.map(({ what }) => what),
      words,
    )
})

t.test('of findings that weigh alike: the earlier rule, the older one, the first by name', async (t) => {
  const lead = (...findings: readonly Partial<Finding>[]) => {
    const [one] = decide(findings.map(finding), { ...CROWD, required: 1 }, 'Good.').findings
    return `${one?.rule} ${one?.podUid} ${one?.container}`
  }
  t.equal(lead({ ...FATAL, podUid: 'a' }, { ...PAST, podUid: 'b' }), 'config-missing a null')
  t.equal(lead({ ...PAST, podUid: 'a' }, { ...PAST, podUid: 'b', since: NOW - 90 }), 'unschedulable b null')
  t.equal(lead({ ...PAST, podUid: 'b' }, { ...PAST, podUid: 'a' }), 'unschedulable a null')
  const [app, side] = [
    { ...PAST, podUid: 'a', container: 'app' } as const,
    { ...PAST, podUid: 'a', container: 'side' } as const,
  ]
  t.equal(lead(side, app), 'unschedulable a app')
})

t.test('what is simply awaited takes its reason from a warning', async (t) => {
  const warning = { rule: 'evicted', class: 'warning', podUid: 'c', reason: 'Evicted' } as const
  const reason = (...findings: readonly Partial<Finding>[]) =>
    decide(findings.map(finding), CROWD, 'Good.').reason
  t.equal(reason({}), null)
  t.equal(reason({}, warning), 'Evicted')
  t.equal(reason({}, { class: 'ok', rule: 'evicted', reason: 'Other' }), null, 'from no other')
  t.equal(reason({ rule: 'generation' }, warning), null, 'what is on its way has its own')
})

t.test('the message', async (t) => {
  const say = (findings: readonly Partial<Finding>[], crowd: Partial<PodQuorum> = {}) =>
    decide(findings.map(finding), { ...CROWD, ...crowd }, 'Good.').message
  t.equal(say([{ ...FATAL, podUid: 'a' }]), 'Pod a (1 of 4 pods) is fatal.')
  t.equal(say([{ ...FATAL, podUid: 'a' }], { present: 1 }), 'Pod a is fatal.', 'of a single pod')
  const two = [
    { ...PAST, podUid: 'a' },
    { ...PAST, podUid: 'b' },
    { ...PAST, podUid: 'c', container: 'app' },
    { ...FATAL, podUid: 'd', class: 'warning', reached: false },
  ] as const
  t.equal(say(two), 'Pod a (2 of 4 pods) is past.', 'those with the same finding')
  t.equal(say([{}]), 'Deployment web is so.')
  t.equal(
    say([
      { rule: 'deadline', class: 'fatal', reached: true, what: 'is late' },
      { ...OPEN, podUid: 'a' },
    ]),
    'Pod a is open; Deployment web is late.',
    'the cause before its consequence',
  )
  t.equal(
    say([{ rule: 'deadline', class: 'fatal', reached: true, what: 'is late' }, {}]),
    'Deployment web is late.',
    'what explains nothing is no cause',
  )
})
