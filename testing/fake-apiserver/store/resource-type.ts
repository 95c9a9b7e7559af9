import { isObject, type JsonObject, objectAt, stringAt } from '../json.ts'
import { compileSchema, type Message } from '../schema/messages.ts'
import type { TypeMeta } from '../wire/envelope.ts'
import { badRequest } from './api-status.ts'

/** A resource that the embedded API serves. */
export interface ResourceType extends TypeMeta {
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly namespaced: boolean
  /** It has a /status, and writes to the object itself leave the status alone. */
  readonly hasStatus: boolean
  /** Its protobuf form; null for what is JSON only and not pruned (custom resources, CRDs, namespaces). */
  readonly message: Message | null
  /** Fields that a fieldSelector may name beside metadata.name and metadata.namespace, as paths of an object. */
  readonly selectable: readonly string[]
}

const POD_FIELDS = [
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.schedulerName',
  'spec.serviceAccountName',
  'status.phase',
  'status.podIP',
  'status.nominatedNodeName',
]
const EVENT_FIELDS = [
  'involvedObject.kind',
  'involvedObject.namespace',
  'involvedObject.name',
  'involvedObject.uid',
  'involvedObject.apiVersion',
  'involvedObject.resourceVersion',
  'involvedObject.fieldPath',
  'reason',
  'reportingComponent',
  'source.component',
  'type',
]

/** Argo's custom resource; the embedded API can define it by itself. */
export const ROLLOUT_CRD = 'rollouts.argoproj.io'

/** All resources that are always served, in the order of discovery. */
export function resourceTypes(): readonly ResourceType[] {
  const message = compileSchema()
  const typed = (
    apiVersion: string,
    kind: string,
    shortNames: readonly string[],
    hasStatus: boolean,
    selectable: readonly string[] = [],
    namespaced = true,
  ): ResourceType => ({
    ...names(apiVersion, kind),
    shortNames,
    namespaced,
    hasStatus,
    message: message(kind),
    selectable,
  })
  const untyped = (
    apiVersion: string,
    kind: string,
    namespaced: boolean,
    shortNames: string[],
  ): ResourceType => ({
    ...names(apiVersion, kind),
    shortNames,
    namespaced,
    hasStatus: false,
    message: null,
    selectable: [],
  })
  return [
    typed('v1', 'Pod', ['po'], true, POD_FIELDS),
    typed('v1', 'Event', ['ev'], false, EVENT_FIELDS),
    typed('v1', 'Node', ['no'], true, ['spec.unschedulable'], false),
    untyped('v1', 'Namespace', false, ['ns']),
    untyped('v1', 'ConfigMap', true, ['cm']),
    untyped('coordination.k8s.io/v1', 'Lease', true, []),
    typed('apps/v1', 'ReplicaSet', ['rs'], true, ['status.replicas']),
    typed('apps/v1', 'Deployment', ['deploy'], true),
    typed('apps/v1', 'StatefulSet', ['sts'], true),
    typed('apps/v1', 'DaemonSet', ['ds'], true),
    typed('apps/v1', 'ControllerRevision', [], false),
    typed('batch/v1', 'Job', ['job'], true, ['status.successful']),
    typed('batch/v1', 'CronJob', ['cj'], true),
    untyped('apiextensions.k8s.io/v1', 'CustomResourceDefinition', false, ['crd', 'crds']),
  ]
}

/** The resource that a CustomResourceDefinition defines, at its first version that is served. Its objects are not validated. */
export function customResourceType(definition: JsonObject): ResourceType {
  const spec = objectAt(definition, 'spec')
  const names = objectAt(spec, 'names')
  const [group, kind, plural] = [stringAt(spec, 'group'), stringAt(names, 'kind'), stringAt(names, 'plural')]
  const versions = Array.isArray(spec.versions) ? spec.versions.filter(isObject) : []
  const served = versions.find((one) => one.served === true) ?? {}
  const version = stringAt(served, 'name')
  if ([group, kind, plural, version].includes('')) throw badRequest('the definition names no resource')
  return {
    group,
    version,
    apiVersion: `${group}/${version}`,
    kind,
    plural,
    singular: stringAt(names, 'singular') || kind.toLowerCase(),
    shortNames: Array.isArray(names.shortNames) ? names.shortNames.map(String) : [],
    namespaced: spec.scope !== 'Cluster',
    hasStatus: isObject(objectAt(served, 'subresources').status),
    message: null,
    selectable: [],
  }
}

function names(apiVersion: string, kind: string) {
  const slash = apiVersion.indexOf('/')
  const singular = kind.toLowerCase()
  return {
    apiVersion,
    kind,
    group: slash < 0 ? '' : apiVersion.slice(0, slash),
    version: apiVersion.slice(slash + 1),
    singular,
    plural: `${singular}s`,
  }
}
