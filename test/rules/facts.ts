import type { Condition } from '../../src/model/meta.ts'
import type { ContainerStatus, Pod } from '../../src/model/pod.ts'
import type { ClusterEvent } from '../../src/model/records.ts'
import type { PodFacts } from '../../src/rules/container-facts.ts'
import { type Context, DEFAULT_SCOPE } from '../../src/rules/context.ts'
import { LYNCEUS } from '../../src/rules/policies/lynceus.ts'

/** The time at which the rules are asked, seconds. */
export const NOW = 1_000_000

/** The default policy, nothing asked besides, for pods that a controller replaces. */
export const CONTEXT: Context = { policy: LYNCEUS, now: NOW, scope: DEFAULT_SCOPE, owner: 'controller' }

const META = { namespace: 'n', resourceVersion: '1', deletedAt: null, labels: {}, owner: null }

/** A container that has run for some minutes. */
export function running(name = 'app', rest: Partial<ContainerStatus> = {}): ContainerStatus {
  const state = { type: 'running', startedAt: NOW - 590 } as const
  return { name, ready: true, restarts: 0, state, last: null, ...rest }
}

/** A pod that is well, but for what is given. */
export function podOf(rest: Partial<Pod> = {}): Pod {
  return {
    ...META,
    name: 'web-1',
    uid: 'uid-1',
    createdAt: NOW - 600,
    node: 'a',
    phase: 'Running',
    reason: '',
    message: '',
    ready: true,
    readySince: NOW - 580,
    conditions: [],
    spec: {
      restartPolicy: 'Always',
      containers: [{ name: 'app', restartPolicy: '', restartRules: [], readinessProbe: true }],
      initContainers: [],
    },
    containers: [running()],
    initContainers: [],
    ...rest,
  }
}

/** A pod with its events, without a past. */
export function factsOf(rest: Partial<Pod> = {}, events: readonly ClusterEvent[] = []): PodFacts {
  return { pod: podOf(rest), history: undefined, events }
}

/** A condition that became so a minute ago. */
export function condition(type: string, status: string, rest: Partial<Condition> = {}): Condition {
  return { type, status, reason: '', message: '', since: NOW - 60, updatedAt: NOW - 60, ...rest }
}

/** An event about a pod. */
export function eventOf(reason: string, rest: Partial<ClusterEvent> = {}): ClusterEvent {
  return {
    ...META,
    name: 'e',
    uid: 'e',
    createdAt: NOW - 30,
    owner: { apiVersion: 'v1', kind: 'Pod', name: 'web-1', uid: 'uid-1' },
    fieldPath: '',
    type: 'Warning',
    reason,
    message: '',
    count: 1,
    firstSeen: NOW - 30,
    lastSeen: NOW - 30,
    ...rest,
  }
}
