// Our own clock of a rollout: when it must have got somewhere.
import t from 'tap'
import type { Pod } from '../../src/model/pod.ts'
import {
  checkProgress,
  controllerDeadline,
  hangingPod,
  hangsFrom,
  lastProgress,
  ownDeadline,
  type Progress,
} from '../../src/rules/deadline.ts'
import { CONTEXT, condition, factsOf, NOW, podOf } from './facts.ts'

const NO_DEADLINE = 2_147_483_647

function progress(rest: Partial<Progress>): Progress {
  return {
    since: NOW - 600,
    pods: [],
    minReadySeconds: 0,
    deadlineSeconds: 600,
    expectedPods: 0,
    wasComplete: false,
    leaving: [],
    ...rest,
  }
}

t.test("the controller's own word", async (t) => {
  const said = condition('Progressing', 'False', { reason: 'ProgressDeadlineExceeded' })
  t.match(controllerDeadline([said], 0, NOW), { reason: 'ProgressDeadlineExceeded', since: NOW - 60 })
  t.match(controllerDeadline([condition('Available', 'True'), said], NOW - 60, NOW), { since: NOW - 60 })
  t.equal(controllerDeadline([said], NOW - 59, NOW), null, 'it is about an earlier revision')
  t.equal(controllerDeadline([{ ...said, status: 'True' }], 0, NOW), null)
  t.equal(controllerDeadline([{ ...said, reason: 'ReplicaSetUpdated' }], 0, NOW), null)
  t.equal(controllerDeadline([{ ...said, type: 'Available' }], 0, NOW), null)
  t.equal(controllerDeadline([], 0, NOW), null)
})

t.test('until the deadline it is on its way, then it fails', async (t) => {
  const check = (rest: Partial<Progress>, progressDeadline: number | null = null) => {
    const { rule, changesAt } = checkProgress('waits', progress(rest), {
      ...CONTEXT,
      scope: { ...CONTEXT.scope, progressDeadline },
    })
    return [rule.id, changesAt ?? null]
  }
  t.strictSame(check({}), ['deadline', null])
  t.strictSame(check({ since: NOW - 599 }), ['incomplete', NOW + 1])
  t.strictSame(check({ since: NOW - 599 }, 300), ['deadline', null], 'the deadline of the question')
  t.strictSame(check({ since: NOW - 599 }, 700), ['incomplete', NOW + 101])
  t.strictSame(check({ deadlineSeconds: NO_DEADLINE }), ['incomplete', null])
  t.strictSame(check({ deadlineSeconds: NO_DEADLINE - 1, since: 0 }), ['incomplete', NO_DEADLINE - 1])
  t.strictSame(check({ expectedPods: 1 }), ['incomplete', null], 'a pod is about to be made')
  const pods = [podOf({ createdAt: NOW - 700, ready: false })]
  t.strictSame(check({ expectedPods: 1, pods }), ['deadline', null], 'it was made')
  t.strictSame(check({ expectedPods: 2, pods }), ['incomplete', null])
})

t.test('the last progress', async (t) => {
  const last = (pods: readonly Partial<Pod>[], rest: Partial<Progress> = {}) =>
    NOW - lastProgress(progress({ pods: pods.map(podOf), ...rest }), NOW)
  t.equal(last([]), 600)
  t.equal(last([{ createdAt: NOW - 700, ready: false, readySince: NOW - 5 }]), 600, 'not ready: no progress')
  t.equal(last([{ createdAt: NOW - 500, ready: false, readySince: NOW - 5 }]), 500, 'it was made')
  t.equal(
    last([{ createdAt: NOW - 500, ready: false, readySince: NOW - 5 }], { wasComplete: true }),
    5,
    'what was complete has lost it now',
  )
  t.equal(last([{ createdAt: NOW - 500, readySince: NOW - 50 }]), 50, 'it became available')
  const ready = { createdAt: NOW - 500, readySince: NOW - 50 }
  t.equal(last([ready], { minReadySeconds: 20 }), 30)
  t.equal(last([ready], { minReadySeconds: 50 }), 0, 'in this very moment')
  t.equal(last([ready], { minReadySeconds: 51 }), 500, 'not available yet')
  t.equal(last([{ createdAt: NOW - 400, ready: false }, ready]), 50, 'the latest of all')
})

t.test('what is on its way at the deadline gets its time', async (t) => {
  const check = (rest: Partial<Progress>, progressDeadline: number | null = null) => {
    const { rule, changesAt } = checkProgress('waits', progress(rest), {
      ...CONTEXT,
      scope: { ...CONTEXT.scope, progressDeadline },
    })
    return [rule.id, changesAt ?? null]
  }
  const late = { since: NOW - 700, minReadySeconds: 300 }
  const ready = (ago: number) => [podOf({ createdAt: NOW - 700, readySince: NOW - ago })]
  t.strictSame(
    check({ ...late, pods: ready(200) }),
    ['incomplete', NOW + 100],
    'ready in time, not available yet',
  )
  t.strictSame(check({ ...late, pods: ready(350) }), ['incomplete', NOW + 550], 'it became available')
  t.strictSame(check({ ...late, pods: ready(50) }), ['deadline', NOW + 250], 'ready only after the deadline')
  t.strictSame(check({ ...late, pods: [podOf({ ready: false, createdAt: NOW - 700 })] }), ['deadline', null])
  const leaving = (left: number) => [podOf({ deletedAt: NOW + left })]
  t.strictSame(
    check({ leaving: leaving(100) }),
    ['incomplete', NOW + 160],
    'an old pod uses its grace period',
  )
  t.strictSame(check({ leaving: leaving(-59) }), ['incomplete', NOW + 1])
  t.strictSame(check({ leaving: leaving(-60) }), ['deadline', null], 'it hangs')
  t.strictSame(
    check({ leaving: leaving(100) }, 600),
    ['deadline', null],
    'a deadline that was asked for holds',
  )
})

t.test('kinds without a deadline of their own have the longest that their pods need', async (t) => {
  const container = { name: 'app', restartPolicy: '', restartRules: [], readinessProbe: false }
  const pod = (sidecars: readonly number[], apps: readonly number[]) =>
    podOf({
      spec: {
        ...podOf().spec,
        initContainers: sidecars.map((startupSeconds) => ({ ...container, startupSeconds })),
        containers: apps.map((startupSeconds) => ({ ...container, startupSeconds })),
      },
    })
  t.equal(ownDeadline([], 0, CONTEXT), 600)
  t.equal(ownDeadline([podOf()], 300, CONTEXT), 600)
  t.equal(ownDeadline([podOf()], 301, CONTEXT), 601, 'minReadySeconds and 5 min')
  t.equal(ownDeadline([pod([], [540])], 0, CONTEXT), 600)
  t.equal(ownDeadline([pod([], [900, 600])], 0, CONTEXT), 960, 'the longest startup probe and 1 min')
  t.equal(ownDeadline([pod([300, 200], [400])], 0, CONTEXT), 960, 'sidecars start one after the other')
  t.equal(ownDeadline([podOf(), pod([], [900])], 700, CONTEXT), 1000, 'the longest of all')
})

t.test('a pod hangs in Terminating half a minute after its time', async (t) => {
  t.equal(hangsFrom(podOf()), Number.POSITIVE_INFINITY)
  const pod = podOf({ name: 'queue-1', node: 'node-2', deletedAt: NOW - 30 })
  t.equal(hangsFrom(pod), NOW)
  t.match(hangingPod(factsOf(pod), NOW), {
    reason: 'Terminating',
    what: /hangs in Terminating on node node-2: it should/,
  })
  t.match(hangingPod(factsOf({ ...pod, node: '' }), NOW), { what: /hangs in Terminating: it should/ })
})
