import type { JsonObject } from '../fake-apiserver/json.ts'
import { secondsToTime } from '../fake-apiserver/wire/special.ts'

/** The life of a pod's only container, as the kubelet reports it. */
export interface ContainerLife {
  readonly state: JsonObject
  readonly lastState: JsonObject
  readonly ready: boolean
  readonly started: boolean
  readonly restarts: number
  readonly containerId: string
}

/** How a container ended. */
export interface Ending {
  readonly exitCode: number
  /** Error, OOMKilled, Completed. */
  readonly reason: string
}

/** Before anything runs. */
export const CREATING: ContainerLife = {
  state: { waiting: { reason: 'ContainerCreating' } },
  lastState: {},
  ready: false,
  started: false,
  restarts: 0,
  containerId: '',
}

/** It runs (for the first time, or again after it ended). */
export function runningState(
  before: ContainerLife,
  ready: boolean,
  at: number,
  containerId: string,
): ContainerLife {
  const again = before.containerId !== ''
  const terminated = 'terminated' in before.state
  return {
    state: { running: { startedAt: secondsToTime(Math.floor(at)) } },
    lastState: terminated ? before.state : before.lastState,
    ready,
    started: true,
    restarts: before.restarts + (again && !ready ? 1 : 0),
    containerId,
  }
}

/** It ended by itself or was killed. */
export function endedState(before: ContainerLife, { exitCode, reason }: Ending, at: number): ContainerLife {
  const running = before.state.running
  const startedAt =
    typeof running === 'object' && running !== null && !Array.isArray(running) ? running.startedAt : undefined
  const finishedAt = secondsToTime(Math.floor(at))
  const terminated = {
    exitCode,
    reason,
    startedAt: startedAt ?? finishedAt,
    finishedAt,
    containerID: before.containerId,
  }
  return { ...before, state: { terminated }, ready: false, started: false }
}

/** It ended and is to be started again, later. */
export function backOffState(
  before: ContainerLife,
  pod: string,
  namespace: string,
  uid: string,
): ContainerLife {
  // 10 s, doubled with each restart up to 5 minutes.
  const seconds = Math.min(10 * 2 ** before.restarts, 300)
  const message = `back-off ${seconds}s restarting failed container=app pod=${pod}_${namespace}(${uid})`
  const waiting = { reason: 'CrashLoopBackOff', message }
  return { ...before, state: { waiting }, lastState: before.state, ready: false, started: false }
}

/** Its image can't be pulled because the registry has no such tag. */
export function imageNotFound(image: string, reason: 'ErrImagePull' | 'ImagePullBackOff'): ContainerLife {
  const cause = pullFailure(image)
  const message =
    reason === 'ErrImagePull' ? cause : `Back-off pulling image "${image}": ErrImagePull: ${cause}`
  return { ...CREATING, state: { waiting: { reason, message } } }
}

/** containerd's words for a tag that does not exist. */
export function pullFailure(image: string): string {
  const unpack = `failed to pull and unpack image "${image}"`
  const resolve = `failed to resolve reference "${image}"`
  return `rpc error: code = NotFound desc = ${unpack}: ${resolve}: ${image}: not found`
}

/** Status of a pod on a node. */
export function podStatus(life: ContainerLife, image: string, address: string, since: number): JsonObject {
  const at = secondsToTime(Math.floor(since))
  const ready = life.ready ? 'True' : 'False'
  const why = life.ready
    ? {}
    : { reason: 'ContainersNotReady', message: 'containers with unready status: [app]' }
  const condition = (type: string, status: string, rest: JsonObject = {}) => ({
    ...{ type, status, observedGeneration: 1, lastProbeTime: null, lastTransitionTime: at },
    ...rest,
  })
  return {
    phase: life.containerId === '' ? 'Pending' : 'Running',
    observedGeneration: 1,
    conditions: [
      condition('PodReadyToStartContainers', 'True'),
      condition('Initialized', 'True'),
      condition('Ready', ready, why),
      condition('ContainersReady', ready, why),
      condition('PodScheduled', 'True'),
    ],
    hostIP: '192.0.2.1',
    hostIPs: [{ ip: '192.0.2.1' }],
    podIP: address,
    podIPs: [{ ip: address }],
    startTime: at,
    containerStatuses: [
      {
        name: 'app',
        state: life.state,
        lastState: life.lastState,
        ready: life.ready,
        started: life.started,
        restartCount: life.restarts,
        image,
        imageID: life.containerId === '' ? '' : `${image}@sha256:${'4f27ecc7'.repeat(8)}`,
        containerID: life.containerId,
      },
    ],
    qosClass: 'Burstable',
  }
}
