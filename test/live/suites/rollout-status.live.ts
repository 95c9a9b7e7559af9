// rollout-status against what really happens: its exit code, its code and its document, started right after the apply.
import t, { type Test } from 'tap'
import { readEnvironment } from '../support/environment.ts'
import type { JsonObject } from '../support/json.ts'
import { deployment, job, SERVING, shell, statefulSet } from '../support/manifests.ts'
import { progress } from '../support/progress.ts'
import { refusingRegistry } from '../support/registry.ts'
import { runRolloutStatus } from '../support/rollout-status.ts'
import { Scenario } from '../support/scenario.ts'
import { until } from '../support/until.ts'

t.jobs = 16

type Collection = readonly [group: string, resource: string]
const DEPLOYMENTS: Collection = ['apps/v1', 'deployments']
const STATEFUL_SETS: Collection = ['apps/v1', 'statefulsets']
const JOBS: Collection = ['batch/v1', 'jobs']

interface LiveStatus {
  readonly name: string
  readonly collection: Collection
  readonly object: (t: Test) => JsonObject | Promise<JsonObject>
  readonly flags?: readonly string[]
  /** Null: success. */
  readonly error: JsonObject | null
}

const CRASHING = 'process-crashing'
const INVALID = 'invalid-config'
const NO_SECRET = { container: { envFrom: [{ secretRef: { name: 'absent' } }] } }

const CASES: readonly LiveStatus[] = [
  {
    name: 'good',
    collection: DEPLOYMENTS,
    object: () => deployment('app', SERVING, 2),
    error: null,
  },
  {
    name: 'crash',
    collection: DEPLOYMENTS,
    object: () => deployment('app', shell('for i in $(seq 30); do echo "line $i"; done; exit 3')),
    flags: ['-retry-limit', '1'],
    error: { code: CRASHING, log: Array.from({ length: 20 }, (_, index) => `line ${index + 11}\n`).join('') },
  },
  {
    name: 'bad-image',
    collection: DEPLOYMENTS,
    object: async (t) => deployment('app', { image: `${await refusingRegistry(t)}/missing:1` }),
    error: { code: INVALID },
  },
  {
    name: 'bad-image-name',
    collection: DEPLOYMENTS,
    object: () => deployment('app', { image: 'Not/A:Name:1' }),
    error: { code: INVALID },
  },
  {
    name: 'no-secret',
    collection: DEPLOYMENTS,
    object: () => deployment('app', NO_SECRET),
    flags: ['--ignore-secret-not-found'],
    error: {
      code: INVALID,
      message: 'Container "app" is in "CreateContainerConfigError": secret "absent" not found',
    },
  },
  {
    name: 'unschedulable',
    collection: DEPLOYMENTS,
    object: () => deployment('app', { pod: { nodeSelector: { nowhere: 'true' } } }),
    flags: ['-pending-deadline', '5'],
    error: { code: 'scheduling' },
  },
  {
    name: 'good-set',
    collection: STATEFUL_SETS,
    object: () => statefulSet('app', SERVING),
    error: null,
  },
  {
    name: 'bad-set',
    collection: STATEFUL_SETS,
    object: () => statefulSet('app', NO_SECRET),
    error: { code: INVALID },
  },
  {
    name: 'job-fails',
    collection: JOBS,
    object: () => job('app', shell('echo so it goes; exit 1')),
    error: { code: CRASHING, message: 'Container "app" is in "Error"', log: 'so it goes\n' },
  },
  {
    name: 'job-succeeds',
    collection: JOBS,
    object: () => job('app', shell('sleep 2')),
    error: null,
  },
  {
    name: 'job-waits',
    collection: JOBS,
    object: () => job('app', NO_SECRET),
    flags: ['--ignore-secret-not-found', '-timeout=15s'],
    error: { code: 'not-progressing' },
  },
]

/** A busy kubelet may not look a Secret up in time, and says so of the container: final for rollout-status. */
const TOO_BUSY = /failed to sync secret cache/

async function check(
  t: Test,
  scenario: Scenario,
  flags: readonly string[],
  error: JsonObject | null,
): Promise<void> {
  const { kubeconfig } = readEnvironment()
  const args = ['-namespace', scenario.namespace, '-selector=app=app', '-interval', '1s', ...flags]
  const { exitCode, output, matchesSchema } = await until(
    'a kubelet that is not too busy',
    () => runRolloutStatus(kubeconfig, args),
    (result) => !TOO_BUSY.test(JSON.stringify(result.output)),
  )
  progress(`${scenario.namespace} rollout-status: ${exitCode} ${JSON.stringify(output)}`)
  t.equal(exitCode, error === null ? 0 : 1, 'exit code')
  t.match(
    output,
    error === null ? { success: true } : { success: false, error: { type: 'rollout', ...error } },
  )
  t.ok(matchesSchema, 'the document is as published')
}

for (const { name, collection, object, flags = [], error } of CASES)
  t.test(name, { buffered: true }, async (t) => {
    const scenario = await Scenario.start(t, `status-${name}`)
    await scenario.api.create(scenario.path(...collection), await object(t))
    await check(t, scenario, flags, error)
  })

t.test('not-found', { buffered: true }, async (t) => {
  const scenario = await Scenario.start(t, 'status-not-found')
  const message =
    'Selector "app=app" did not match any deployments, statefulsets or jobs in namespace "status-not-found"'
  await check(t, scenario, [], { code: 'not-found', message })
})
