// Pods that find no node: help that is visible gives them time.
import t from 'tap'
import type { Pod } from '../../src/model/pod.ts'
import { podFindings } from '../../src/rules/pod-findings.ts'
import { CONTEXT, condition, factsOf, NOW } from './facts.ts'

function waiting(message: string, more: Partial<Pod> = {}, reason = 'Unschedulable') {
  const conditions = [condition('PodScheduled', 'False', { reason, message, since: NOW - 181 })]
  return factsOf({ phase: 'Pending', node: '', ready: false, containers: [], conditions, ...more })
}

const HELPED: Readonly<Record<string, string>> = {
  '0/4 nodes are available: 3 Insufficient cpu. preemption: not eligible due to terminating pod on the nominated node.':
    'lower-priority pods make room',
  '0/6 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/6 nodes are available.':
    'a volume claim is being provided',
  'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded':
    'a volume claim is being provided',
  'waiting for dynamic resource controller to create the resourceclaim "gpu"':
    'a resource claim is being provided',
  'waiting for resource driver to allocate resource': 'a resource claim is being provided',
  'pod group is not ready, 2 Pending, 3 minAvailable.':
    'its scheduler holds it back until its group or queue has room',
  '3/5 tasks in gang unschedulable: pod group is not ready':
    'its scheduler holds it back until its group or queue has room',
  'pre-filter pod web-1 cannot find enough sibling pods, current pods number: 2, minMember of group: 3':
    'its scheduler holds it back until its group or queue has room',
}

for (const [message, help] of Object.entries(HELPED))
  t.test(message, async (t) => {
    const [found] = podFindings(waiting(message), CONTEXT)
    t.match(found, { rule: 'unschedulable', reached: false, changesAt: NOW + 419 })
    t.ok(found?.what.includes(`; ${help}; fails at`), found?.what ?? '')
  })

t.test('a node that the scheduler has nominated', async (t) => {
  const [found] = podFindings(
    waiting('0/4 nodes are available: 3 Insufficient cpu.', { nominatedNode: 'n3' }),
    CONTEXT,
  )
  t.match(found, { rule: 'unschedulable', reached: false, what: /lower-priority pods make room on node n3/ })
})

t.test('no help is visible', async (t) => {
  for (const message of [
    '0/4 nodes are available: 3 Insufficient cpu.',
    '0/4 nodes are available: persistentvolumeclaim "data" not found.',
    '0/4 nodes are available: 4 cannot allocate all claims.',
  ])
    t.match(podFindings(waiting(message), CONTEXT), [{ rule: 'unschedulable', reached: true }], message)
})

t.test('a binding that failed is tried again', async (t) => {
  const message =
    'running PreBind plugin "VolumeBinding": binding volumes: timed out waiting for the condition'
  const found = podFindings(waiting(message, {}, 'SchedulerError'), CONTEXT)
  t.match(found, [{ rule: 'unschedulable', reason: 'SchedulerError', reached: false }])
})

t.test('a gated pod says which gates hold it', async (t) => {
  const schedulingGates = ['kueue.x-k8s.io/admission', 'example.com/quota']
  const found = podFindings(waiting('', { schedulingGates }, 'SchedulingGated'), CONTEXT)
  const what =
    /^is not scheduled until its scheduling gates kueue.x-k8s.io\/admission, example.com\/quota are removed/
  t.match(found, [{ rule: 'scheduling-gated', class: 'held', what }])
})
