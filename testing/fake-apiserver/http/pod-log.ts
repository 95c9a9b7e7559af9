import { isObject, type JsonObject, objectAt, stringAt } from '../json.ts'
import { badRequest, invalid } from '../store/api-status.ts'
import type { PodLogs } from '../store/pod-logs.ts'

/**
 * What GET pods/NAME/log answers: the checks of the API server, then those of the kubelet. Null: there is no node to ask,
 * and so no content. Throws an ApiStatus.
 * https://github.com/kubernetes/kubernetes/blob/v1.34.4/pkg/registry/core/pod/strategy.go (LogLocation),
 * https://github.com/kubernetes/kubernetes/blob/v1.34.4/pkg/kubelet/kubelet_pods.go (validateContainerLogStatus)
 */
export function podLog(logs: PodLogs, pod: JsonObject, query: URLSearchParams): Buffer | null {
  const name = stringAt(objectAt(pod, 'metadata'), 'name')
  const namespace = stringAt(objectAt(pod, 'metadata'), 'namespace')
  const options = logOptions(query, name)
  const container = resolveContainer(pod, name, query.get('container') ?? '')
  if (stringAt(objectAt(pod, 'spec'), 'nodeName') === '') return null
  const before = isPreviousRun(pod, name, container, options.previous)
  const text = logs.read(namespace, name, container, before)
  const bytes = Buffer.from(tail(text, options.tailLines))
  return options.limitBytes === null ? bytes : bytes.subarray(0, options.limitBytes)
}

interface LogOptions {
  readonly previous: boolean
  readonly tailLines: number | null
  readonly limitBytes: number | null
}

function logOptions(query: URLSearchParams, pod: string): LogOptions {
  return {
    previous: ['true', '1', 't', 'T', 'TRUE', 'True'].includes(query.get('previous') ?? ''),
    tailLines: whole(query, pod, 'tailLines', 0),
    limitBytes: whole(query, pod, 'limitBytes', 1),
  }
}

function whole(query: URLSearchParams, pod: string, name: string, least: number): number | null {
  const text = query.get(name)
  if (text === null) return null
  const number = Number(text)
  if (!/^-?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`)
  if (number >= least) return number
  const why = `Invalid value: ${number}: must be greater than ${least === 0 ? 'or equal to 0' : '0'}`
  throw invalid({ name: pod, kind: 'PodLogOptions' }, name, why)
}

function resolveContainer(pod: JsonObject, name: string, asked: string): string {
  const spec = objectAt(pod, 'spec')
  const containers = namesIn(spec, 'containers')
  const all = [...namesIn(spec, 'initContainers'), ...containers]
  if (asked !== '') {
    if (all.includes(asked)) return asked
    throw badRequest(`container ${asked} is not valid for pod ${name}`)
  }
  const [only = '', ...others] = containers
  if (others.length === 0) return only
  throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${all.join(' ')}]`)
}

/** Whether the log that is meant is that of the run before; only that has one once the next has begun to wait. */
function isPreviousRun(pod: JsonObject, name: string, container: string, previous: boolean): boolean {
  const status = findStatus(pod, container)
  const state = objectAt(status, 'state')
  const hasEnded = stringAt(objectAt(objectAt(status, 'lastState'), 'terminated'), 'containerID') !== ''
  if (previous) {
    if (hasEnded) return true
    throw badRequest(`previous terminated container "${container}" in pod "${name}" not found`)
  }
  if (isObject(state.running) || stringAt(objectAt(state, 'terminated'), 'containerID') !== '') return false
  if (hasEnded) return true
  const reason = stringAt(objectAt(state, 'waiting'), 'reason')
  const why = reason === '' ? 'no logs yet' : (PULL_WORDS[reason] ?? reason)
  throw badRequest(`container "${container}" in pod "${name}" is waiting to start: ${why}`)
}

const PULL_WORDS: Readonly<Record<string, string>> = {
  ErrImagePull: "image can't be pulled",
  ImagePullBackOff: 'trying and failing to pull image',
}

function findStatus(pod: JsonObject, container: string): JsonObject {
  const status = objectAt(pod, 'status')
  const all = [...objectsIn(status, 'initContainerStatuses'), ...objectsIn(status, 'containerStatuses')]
  return all.find((one) => stringAt(one, 'name') === container) ?? {}
}

function namesIn(parent: JsonObject, key: string): string[] {
  return objectsIn(parent, key).map((one) => stringAt(one, 'name'))
}

function objectsIn(parent: JsonObject, key: string): JsonObject[] {
  const value = parent[key]
  return Array.isArray(value) ? value.filter(isObject) : []
}

/** The last lines; a line feed at the end is part of the last. */
function tail(text: string, lines: number | null): string {
  if (lines === null) return text
  const all = text.match(/[^\n]*\n|[^\n]+$/g) ?? []
  return lines === 0 ? '' : all.slice(-lines).join('')
}
