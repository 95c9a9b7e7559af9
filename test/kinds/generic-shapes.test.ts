// Objects whose status is not there, or has another shape than usual: nothing passes for what it does not say.
import { type Case, metadata, REVISION, testVerdicts } from './custom-cluster.ts'
import { bare, condition, READY } from './custom-objects.ts'

const CASES: readonly Case[] = [
  ['no status', REVISION, bare(undefined), 'pending', 'incomplete'],
  ['an empty status', REVISION, bare({}), 'pending', 'incomplete'],
  ['nothing but a generation', REVISION, bare({ observedGeneration: 2 }), 'pending', 'incomplete'],
  [
    'conditions that are no list',
    REVISION,
    bare({ observedGeneration: 2, conditions: { Ready: 'True' } }),
    'pending',
    'incomplete',
  ],
  [
    'conditions that are no objects',
    REVISION,
    bare({ observedGeneration: 2, conditions: ['Ready', null, 7] }),
    'pending',
    'incomplete',
  ],
  [
    'a condition without a status',
    REVISION,
    bare({ observedGeneration: 2, conditions: [{ type: 'Ready' }] }),
    'pending',
    'condition-pending',
  ],
  [
    'a condition that is true, but no text',
    REVISION,
    bare({ observedGeneration: 2, conditions: [{ type: 'Ready', status: true }] }),
    'pending',
    'condition-pending',
  ],
  [
    'a condition that comes after many',
    REVISION,
    bare(
      {
        observedGeneration: 2,
        readyReplicas: 0,
        conditions: [
          ...Array.from({ length: 50 }, (_, i) => condition(`Other${i}`, 'True')),
          condition('Ready', 'False'),
        ],
      },
      { spec: { replicas: 0 } },
    ),
    'pending',
    'condition-pending',
  ],
  [
    'a condition without reason, message and time',
    REVISION,
    bare({ observedGeneration: 2, conditions: [{ type: 'Ready', status: 'True' }] }),
    'pass',
  ],
  [
    'reason and message of another shape',
    REVISION,
    bare({ observedGeneration: 2, conditions: [condition('Ready', 'False', { reason: {}, message: 7 })] }),
    'pending',
    'condition-pending',
  ],
  [
    'replicas of another shape, and no condition',
    REVISION,
    bare({ observedGeneration: 2, readyReplicas: 3 }, { spec: { replicas: { min: 1 } } }),
    'pending',
    'incomplete',
  ],
  [
    'replicas of another shape, and ready',
    REVISION,
    bare({ observedGeneration: 2, conditions: [READY] }, { spec: { replicas: { min: 1 } } }),
    'pass',
  ],
  [
    'replicas, and none of them anywhere',
    REVISION,
    bare({ observedGeneration: 2, conditions: [READY] }, { spec: { replicas: 2 } }),
    'pending',
    'incomplete',
  ],
  ['a generation as a text', REVISION, bare({ observedGeneration: '2', conditions: [READY] }), 'pass'],
  [
    'an old generation as a text',
    REVISION,
    bare({ observedGeneration: '1', conditions: [READY] }),
    'pending',
    'generation',
  ],
  ['no generation, and a spec that changed a while ago', REVISION, bare({ conditions: [READY] }), 'pass'],
  [
    'no generation, and a spec that changed just now',
    REVISION,
    bare({ conditions: [READY] }, { metadata: metadata('web', '2026-01-05T11:59:57Z') }),
    'pending',
    'generation',
  ],
]

testVerdicts(CASES)
