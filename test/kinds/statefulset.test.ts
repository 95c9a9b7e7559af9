// StatefulSets whose old pods are broken while an update is under way.
import t from 'tap'
import { judgeStatefulSet } from '../../src/kinds/statefulset.ts'
import type { StatefulSet } from '../../src/model/records.ts'
import type { PodFacts } from '../../src/rules/container-facts.ts'
import { CONTEXT, factsOf, NOW, running } from '../rules/facts.ts'

const META = {
  namespace: 'n',
  uid: 'db',
  resourceVersion: '1',
  createdAt: NOW - 3600,
  deletedAt: null,
  labels: {},
  owner: null,
}

function statefulSet(rest: Partial<StatefulSet> = {}): StatefulSet {
  return {
    ...META,
    name: 'db',
    generation: 2,
    annotations: {},
    replicas: 1,
    strategy: 'RollingUpdate',
    partition: 0,
    podManagementPolicy: 'OrderedReady',
    minReadySeconds: 0,
    observedGeneration: 2,
    currentReplicas: 1,
    readyReplicas: 0,
    availableReplicas: 0,
    updatedReplicas: 0,
    currentRevision: 'old',
    updateRevision: 'new',
    ...rest,
  }
}

/** A pod of the old revision whose image nobody can pull. */
function brokenPod(): PodFacts {
  const state = {
    type: 'waiting',
    reason: 'InvalidImageName',
    message: 'couldn\'t parse image name "x:"',
  } as const
  const containers = [running('app', { ready: false, state })]
  return factsOf({ name: 'db-0', labels: { 'controller-revision-hash': 'old' }, ready: false, containers })
}

const CASES: readonly (readonly [title: string, set: Partial<StatefulSet>, rules: readonly string[]])[] = [
  ['the controller waits for the broken pod', {}, ['blocked-update']],
  ['it replaces all at once', { podManagementPolicy: 'Parallel' }, []],
  ['somebody deletes the pods by hand', { strategy: 'OnDelete' }, ['unsupported-strategy']],
  ['it deletes all old pods first, broken or not', { strategy: 'Recreate' }, []],
]

for (const [title, set, rules] of CASES)
  t.test(title, async (t) => {
    const objects = {
      statefulSet: statefulSet(set),
      revisionSince: NOW - 60,
      pods: [brokenPod()],
    }
    const found = judgeStatefulSet(objects, CONTEXT).findings.map(({ rule }) => rule)
    t.strictSame(found, [...rules, 'incomplete'])
  })
