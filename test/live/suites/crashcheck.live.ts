// crashcheck against what a kubelet really does, alone and asking a server: its exit code and its line of output.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { parse, stringify } from 'yaml'
import { atFirst, SERVE } from '../rules/live-case.ts'
import { runCrashcheck } from '../support/crashcheck.ts'
import { readEnvironment } from '../support/environment.ts'
import { at, isObject, list } from '../support/json.ts'
import { barePod, type ContainerOptions, SERVING, shell, withInit } from '../support/manifests.ts'
import { progress } from '../support/progress.ts'
import { Scenario } from '../support/scenario.ts'
import { until } from '../support/until.ts'

t.jobs = 8

/** Pods of one hash and what is to be said of them. */
interface LiveCheck {
  readonly name: string
  readonly pods: readonly ContainerOptions[]
  readonly limit: number
  /** Of the checks, s. */
  readonly duration: number
  readonly exitCode: number
  /** How many are printed; nothing where no pod was ever seen. */
  readonly crashes: RegExp
  readonly stderr?: RegExp
  /** The label that carries the hash. Default: that of Argo Rollouts. */
  readonly label?: string
  /** Restarts of the containers, and init containers, that the first check waits for, pod by pod. */
  readonly after?: readonly number[]
}

/** Of a container that crashes on and on: how often it did before the first check is a matter of the machine. */
const AT_LEAST_1 = /^[1-9]\d*$/
const AT_LEAST_2 = /^([2-9]|[1-9]\d+)$/

const CASES: readonly LiveCheck[] = [
  { name: 'good', pods: [SERVING, SERVING], limit: 1, duration: 5, exitCode: 0, crashes: /^0$/ },
  {
    name: 'none',
    pods: [],
    limit: 1,
    duration: 5,
    exitCode: 1,
    crashes: /^$/,
    stderr:
      /^Error: no pod with hash "none" was seen in namespace "check-none"; the labels looked at are .*pod-template-hash/,
  },
  {
    name: 'plain',
    pods: [SERVING],
    limit: 1,
    duration: 5,
    exitCode: 0,
    crashes: /^0$/,
    label: 'pod-template-hash',
  },
  {
    name: 'below',
    pods: [atFirst(1, 'exit 1', SERVE), SERVING],
    limit: 3,
    duration: 5,
    exitCode: 0,
    crashes: /^1$/,
    after: [1, 0],
  },
  { name: 'loop', pods: [shell('exit 1')], limit: 2, duration: 600, exitCode: 1, crashes: AT_LEAST_2 },
  {
    name: 'sum',
    pods: [atFirst(1, 'exit 1', SERVE), atFirst(1, 'exit 1', SERVE)],
    limit: 2,
    duration: 600,
    exitCode: 1,
    crashes: /^2$/,
  },
  {
    name: 'oom',
    pods: [{ ...shell('tail /dev/zero'), container: { resources: { limits: { memory: '64Mi' } } } }],
    limit: 1,
    duration: 600,
    exitCode: 1,
    crashes: AT_LEAST_1,
  },
  // Restarts of init containers were never counted.
  {
    name: 'init',
    pods: [withInit('exit 1')],
    limit: 1,
    duration: 5,
    exitCode: 0,
    crashes: /^0$/,
    after: [1],
  },
]

/** A kubeconfig whose context is in this namespace, as a service account's is. */
function kubeconfigIn(t: Test, namespace: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'lynceus-crashcheck-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const config: unknown = parse(readFileSync(readEnvironment().kubeconfig, 'utf8'))
  const contexts = list(config, 'contexts').map((one) => ({
    ...(isObject(one) ? one : {}),
    context: { ...(isObject(one) && isObject(one.context) ? one.context : {}), namespace },
  }))
  const path = join(folder, 'config')
  writeFileSync(path, stringify({ ...(isObject(config) ? config : {}), contexts }))
  return path
}

/** Waits until each pod was restarted so often. */
async function restarted(scenario: Scenario, times: readonly number[]): Promise<void> {
  for (const [index, wanted] of times.entries())
    await until(
      `${wanted} restarts of pod-${index}`,
      () => scenario.api.get(scenario.path('v1', 'pods', `pod-${index}`)),
      (pod) =>
        [...list(pod, 'status', 'initContainerStatuses'), ...list(pod, 'status', 'containerStatuses')].reduce(
          (sum: number, status) => sum + Number(at(status, 'restartCount')),
          0,
        ) >= wanted,
    )
}

for (const one of CASES)
  t.test(one.name, { buffered: true }, async (t) => {
    const { name, pods, limit, duration, exitCode, crashes, after = [], stderr = /^/ } = one
    const { label = 'rollouts-pod-template-hash' } = one
    const scenario = await Scenario.start(t, `check-${name}`)
    for (const [index, options] of pods.entries()) {
      const pod = barePod(`pod-${index}`, { ...options, pod: { ...options.pod, restartPolicy: 'Always' } })
      const metadata = { name: `pod-${index}`, labels: { [label]: name } }
      await scenario.api.create(scenario.path('v1', 'pods'), { ...pod, metadata })
    }
    await restarted(scenario, after)
    const settings = {
      KUBECONFIG: kubeconfigIn(t, scenario.namespace),
      HASH: name,
      INTERVAL: '1',
      DURATION: String(duration),
      CRASH_LIMIT: String(limit),
    }
    const { lynceusUrl } = readEnvironment()
    const ways = { alone: {}, 'by a server': { LYNCEUS_URL: lynceusUrl } }
    const results = await Promise.all(
      Object.entries(ways).map(
        async ([way, more]) => [way, await runCrashcheck({ ...settings, ...more })] as const,
      ),
    )
    for (const [way, result] of results) {
      progress(`${scenario.namespace} crashcheck ${way}: ${result.exitCode} ${result.stdout.trim()}`)
      t.equal(result.exitCode, exitCode, `${way}: exit code`, result)
      const [, count = ''] = /^\{ "Crashes": (\d+) \}\n$/.exec(result.stdout) ?? []
      t.match(count, crashes, `${way}: output`, result)
      t.match(result.stderr, stderr, `${way}: standard error`, result)
    }
  })
