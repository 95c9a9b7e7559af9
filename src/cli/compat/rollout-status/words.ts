import type { Condition } from '../../../model/meta.ts'
import type { ContainerStatus, Pod } from '../../../model/pod.ts'
import type { PodFacts } from '../../../rules/container-facts.ts'
import { type Finding, sentence } from '../../../rules/finding.ts'
import type { StatusObjects } from './objects.ts'
import { type Failure, isOutputCode } from './outcome.ts'

/** A deciding finding as a failure, in the words of rollout-status. */
export function toFailure(found: Finding, objects: StatusObjects): Failure {
  if (found.rule === 'job-failed' && objects.kind === 'job') return jobFailure(found, objects)
  const pod = listPods(objects).find(({ uid }) => uid === found.podUid)
  if (pod === undefined) return makeFailure(found, workloadMessage(found, objects))
  const status = listStatuses(pod).find(({ name }) => name === found.container)
  if (status !== undefined) return containerFailure(found.code, pod, status)
  return makeFailure(found, podMessage(found, pod))
}

/** Quotes as Go's %q does the names of Kubernetes. */
export function quote(text: string): string {
  return JSON.stringify(text)
}

function listStatuses({ initContainers, containers }: Pod): readonly ContainerStatus[] {
  return [...initContainers, ...containers]
}

export function listPods(objects: StatusObjects): readonly Pod[] {
  return 'pods' in objects ? objects.pods.map(({ pod }: PodFacts) => pod) : []
}

/** A container that is the reason of a failure, by the state that it is in. */
function containerFailure(code: string | null, pod: Pod, status: ContainerStatus): Failure {
  const { namespace, name } = pod
  const { state, last } = status
  const crash = {
    namespace,
    pod: name,
    container: status.name,
    previous: state.type === 'waiting' && last !== null,
  }
  const known = isOutputCode(code) ? code : ''
  return {
    type: 'failure',
    code: known,
    message: containerMessage(known, status),
    crash: known === 'process-crashing' ? crash : null,
  }
}

function containerMessage(code: string, { name, state, last }: ContainerStatus): string {
  const inState = (reason: string): string => `Container ${quote(name)} is in ${quote(reason)}`
  // Back-off hides what the container ended with.
  if (code === 'resource-limits-exceeded') return inState('OOMKilled')
  if (state.type === 'waiting') return `${inState(state.reason)}: ${state.message}`
  const end = state.type === 'terminated' ? state : last
  return inState(end === null || end.reason === '' ? 'Error' : end.reason)
}

function makeFailure({ code }: Finding, message: string): Failure {
  return { type: 'failure', code: isOutputCode(code) ? code : '', message, crash: null }
}

function podMessage(found: Finding, pod: Pod): string {
  if (found.code !== 'scheduling') return sentence(found)
  return `Failed to schedule pod: ${findCondition(pod.conditions, 'PodScheduled')?.message ?? ''}`
}

/** Rules about pods that the API server does not let a controller create. */
const REFUSALS: ReadonlySet<string> = new Set([
  'quota-exceeded',
  'webhook-unavailable',
  'admission-refused',
  'create-forbidden',
])

function workloadMessage(found: Finding, objects: StatusObjects): string {
  if (objects.kind === 'deployment') {
    const { deployment, replicaSet } = objects
    const { name, conditions } = deployment
    if (found.rule === 'deadline') return describeStuck(name, findCondition(conditions, 'Progressing'))
    const failure = findCondition(replicaSet?.conditions ?? conditions, 'ReplicaFailure')
    if (REFUSALS.has(found.rule)) {
      const who = replicaSet === null ? `Deployment ${quote(name)}` : `ReplicaSet ${quote(replicaSet.name)}`
      return `${who} failed to create pods: ${failure?.message ?? ''}`
    }
  }
  return sentence(found)
}

/** What a Deployment is called whose Progressing condition is False. */
export function describeStuck(deployment: string, progressing: Condition | undefined): string {
  return `Deployment ${quote(deployment)} is not progressing: ${progressing?.message ?? ''}`
}

export function findCondition(conditions: readonly Condition[], wanted: string): Condition | undefined {
  return conditions.find(({ type }) => type === wanted)
}

/** A failed Job is explained by the container that failed last, as far as its pods are still there. */
function jobFailure(found: Finding, { job, pods }: Extract<StatusObjects, { kind: 'job' }>): Failure {
  const ends = pods
    .flatMap(({ pod }) => listStatuses(pod).map((status) => ({ pod, status, end: status.state })))
    .flatMap(({ pod, status, end }) =>
      end.type === 'terminated' && end.exitCode !== 0 ? [{ pod, status, end }] : [],
    )
    .toSorted((left, right) => right.end.finishedAt - left.end.finishedAt)
  const [last] = ends
  if (last !== undefined && found.code === 'process-crashing') {
    const code = last.end.reason === 'OOMKilled' ? 'resource-limits-exceeded' : found.code
    return containerFailure(code, last.pod, last.status)
  }
  const condition = findCondition(job.conditions, 'Failed') ?? findCondition(job.conditions, 'FailureTarget')
  return makeFailure(found, `Job ${quote(job.name)} has failed: ${condition?.message ?? found.reason ?? ''}`)
}
