// What a pod's own state tells: scheduling, its end, its node.
import t from 'tap'
import type { Pod } from '../../src/model/pod.ts'
import type { ClusterEvent } from '../../src/model/records.ts'
import type { Context } from '../../src/rules/context.ts'
import { podFindings } from '../../src/rules/pod-findings.ts'
import { CONTEXT, condition, eventOf, factsOf, NOW, running } from './facts.ts'

const PENDING: Partial<Pod> = { phase: 'Pending', node: '', ready: false, containers: [] }
const unscheduled = (reason: string, seconds: number): Partial<Pod> => ({
  ...PENDING,
  conditions: [condition('PodScheduled', 'False', { reason, since: NOW - seconds })],
})
/** As a kubelet 1.37 reports a container that it removed to restart all. */
const RESTARTING_ALL: Partial<Pod> = {
  containers: [
    running('app', {
      ready: false,
      restarts: 1,
      state: { type: 'waiting', reason: 'RestartingAllContainers', message: '' },
      last: {
        type: 'terminated',
        id: '',
        exitCode: 137,
        reason: 'RestartingAllContainers',
        message: '',
        startedAt: 0,
        finishedAt: 0,
      },
    }),
  ],
}
const EVICTED: Partial<Pod> = { phase: 'Failed', reason: 'Evicted', ready: false }
const ended = (exitCode: number, reason: string): Partial<Pod> => ({
  phase: 'Failed',
  ready: false,
  containers: [
    running('app', {
      ready: false,
      state: {
        type: 'terminated',
        id: 'x',
        exitCode,
        reason,
        message: '',
        startedAt: NOW - 20,
        finishedAt: NOW - 10,
      },
    }),
  ],
})

interface Case {
  readonly pod: Partial<Pod>
  readonly events?: readonly ClusterEvent[]
  readonly owner?: Context['owner']
  /** `rule class reached` of each finding. */
  readonly found: readonly string[]
}

const CASES: Readonly<Record<string, Case>> = {
  well: { pod: {}, found: [] },
  'finds no node, for long': {
    pod: unscheduled('Unschedulable', 180),
    found: ['unschedulable threshold true'],
  },
  'finds no node, a moment': {
    pod: unscheduled('Unschedulable', 179),
    found: ['unschedulable threshold false'],
  },
  'finds no node, and one is being added': {
    pod: unscheduled('Unschedulable', 180),
    events: [eventOf('TriggeredScaleUp')],
    found: ['unschedulable threshold false'],
  },
  'finds no node, and none was added in time': {
    pod: unscheduled('Unschedulable', 600),
    events: [eventOf('Nominated')],
    found: ['unschedulable threshold true'],
  },
  'another event beside it is no scale-up': {
    pod: unscheduled('Unschedulable', 180),
    events: [eventOf('FailedScheduling')],
    found: ['unschedulable threshold true'],
  },
  'the condition is older than the pod': {
    pod: { ...unscheduled('Unschedulable', 900), createdAt: NOW - 100 },
    found: ['unschedulable threshold false'],
  },
  'a scheduling gate': { pod: unscheduled('SchedulingGated', 900), found: ['scheduling-gated held false'] },
  'no rule knows why it is not scheduled': {
    pod: unscheduled('Strange', 900),
    found: ['unknown-reason progressing false'],
  },
  'it is scheduled': {
    pod: { ...PENDING, conditions: [condition('PodScheduled', 'True', { reason: 'Unschedulable' })] },
    found: [],
  },
  'it is being deleted': { pod: { ...unscheduled('Unschedulable', 900), deletedAt: NOW }, found: [] },
  'no controller made it': {
    pod: {
      ...unscheduled('Unschedulable', 900),
      owner: { apiVersion: 'v1', kind: 'Node', name: 'a', uid: 'a' },
    },
    found: [],
  },
  'evicted, and nothing replaces it': { pod: EVICTED, owner: 'bare', found: ['evicted fatal true'] },
  'evicted, and a controller replaces it': { pod: EVICTED, found: [] },
  'its node does not answer': {
    pod: { reason: 'NodeLost', ready: false, readySince: 1 },
    found: ['node-not-ready warning false'],
  },
  'nobody knows how it is': {
    pod: { phase: 'Unknown', ready: false },
    found: ['node-killed progressing false'],
  },
  'failed for good': { pod: ended(1, 'Error'), owner: 'bare', found: ['pod-failed fatal true'] },
  'failed, and a controller replaces it': { pod: ended(1, 'Error'), found: [] },
  'out of memory for good': { pod: ended(137, 'OOMKilled'), owner: 'bare', found: ['oom fatal true'] },
  'succeeded for good': { pod: { ...ended(0, 'Completed'), phase: 'Succeeded' }, owner: 'bare', found: [] },
}

for (const [title, { pod, events = [], owner = 'controller', found }] of Object.entries(CASES))
  t.test(title, async (t) => {
    const findings = podFindings(factsOf(pod, events), { ...CONTEXT, owner })
    t.strictSame(
      findings.map((one) => `${one.rule} ${one.class} ${one.reached}`),
      found,
    )
    for (const one of findings) t.match(one, { subject: 'pod/web-1', podUid: 'uid-1', who: 'Pod web-1' })
  })

t.test(
  'the reason of a pod that failed for good: its own, else that of the container that failed',
  async (t) => {
    const reason = (pod: Partial<Pod>) => podFindings(factsOf(pod), { ...CONTEXT, owner: 'bare' })[0]?.reason
    t.equal(reason({ ...ended(1, 'Error'), reason: 'DeadlineExceeded' }), 'DeadlineExceeded')
    t.equal(reason(ended(1, 'Error')), 'Error')
    t.equal(reason({ phase: 'Failed', ready: false }), 'PodFailed')
  },
)

t.test('a container that is restarted because another one restarts all has not crashed', async (t) => {
  const [found, ...others] = podFindings(factsOf({ ready: false, ...RESTARTING_ALL }), CONTEXT)
  t.match(found, { rule: 'starting', class: 'progressing', reason: 'RestartingAllContainers' })
  t.match(found?.what, /^is restarted with all containers of its pod/)
  t.same(others, [])
})
