import { at, type JsonObject, list } from '../support/json.ts'
import type { Question } from '../support/lynceus-client.ts'
import { type ContainerOptions, shell } from '../support/manifests.ts'
import type { Scenario } from '../support/scenario.ts'

/** An object to create: group and version, resource, and the object. */
export type Placed = readonly [group: string, resource: string, object: JsonObject]

/** One way in which a workload can fare, and what must be said of it. Its objects carry its name. */
export interface LiveCase {
  readonly name: string
  /** The first minor version of Kubernetes that can do it by default. */
  readonly since?: number
  readonly objects: readonly Placed[]
  /** What happens after the objects are there and before the question; each waits for a state, never for a time. */
  readonly steps?: (scenario: Scenario) => Promise<unknown>
  readonly question: Question
  /** Members of the answer. */
  readonly expected: JsonObject
  /** What the message must name for a person to act on it. */
  readonly message?: RegExp
  /** Verdicts that may be said before; `pending` when absent. */
  readonly before?: readonly string[]
  /** The rule that alone may give an answer its code, from the first answer to the last; needs `detail=full`. */
  readonly rule?: string
  /** What happens once the answer is there, e.g. because the case would be in the way of others. */
  readonly after?: (scenario: Scenario) => Promise<unknown>
}

/** Cases in a namespace of their own that has a quota. */
export interface LimitedCases {
  readonly namespace: string
  /** The quota's `spec.hard`. */
  readonly hard: JsonObject
  readonly cases: readonly LiveCase[]
}

export const DEPLOYMENTS = ['apps/v1', 'deployments'] as const
export const STATEFUL_SETS = ['apps/v1', 'statefulsets'] as const
export const DAEMON_SETS = ['apps/v1', 'daemonsets'] as const
export const JOBS = ['batch/v1', 'jobs'] as const
export const PODS = ['v1', 'pods'] as const

/** The script that serves until it is told to end. */
export const SERVE = 'trap "exit 0" TERM; while :; do sleep 1; done'

/** Does one thing at its first `times` starts, told by a file that outlives the container, and another from then on. */
export function atFirst(times: number, script: string, then: string, pod: JsonObject = {}): ContainerOptions {
  const counting = 'n=$(cat /state/starts || echo 0); echo $((n + 1)) > /state/starts'
  return {
    ...shell(`${counting}; if [ $n -lt ${times} ]; then ${script}; fi; ${then}`),
    container: { volumeMounts: [{ name: 'state', mountPath: '/state' }] },
    pod: { ...pod, volumes: [{ name: 'state', emptyDir: {} }] },
  }
}

/** Waits until a container of the app is shown to have ended with this code. */
export async function endedWith(scenario: Scenario, app: string, exitCode: number): Promise<void> {
  for await (const pod of scenario.api.watchPods(scenario.namespace)) {
    const ended = list(pod, 'status', 'containerStatuses').some(
      (status) => at(status, 'state', 'terminated', 'exitCode') === exitCode,
    )
    if (ended && at(pod, 'metadata', 'labels', 'app') === app) return
  }
  throw new Error(`${scenario.namespace}: the watch ended before a container of ${app} did`)
}
