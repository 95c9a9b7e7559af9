import type { OwnerRef } from '../model/meta.ts'
import {
  type BuiltInResource,
  type CustomResource,
  isBuiltInResource,
  type ResourceName,
} from '../model/records.ts'
import { cronjob } from './cronjob.ts'
import { daemonset } from './daemonset.ts'
import { deployment } from './deployment.ts'
import type { KindDescriptor, ResourceSpec } from './descriptor.ts'
import { job } from './job.ts'
import { pod } from './pod.ts'
import { replicaset } from './replicaset.ts'
import { CONTROLLER_REVISIONS, EVENTS } from './resources.ts'
import { rollout } from './rollout.ts'
import { statefulset } from './statefulset.ts'

/** Every kind that can be asked about. Lists of kinds, in the program and in its texts, are computed from this one. */
const KINDS = { deployment, statefulset, daemonset, replicaset, job, cronjob, pod, rollout } as const

/** A kind as questions and answers write it. */
export type Kind = keyof typeof KINDS

/** Every resource that is always watched: those of the kinds, and those that tell more about them. */
const RESOURCES: { readonly [N in BuiltInResource]: ResourceSpec<N> } = {
  pods: pod.resource,
  replicasets: replicaset.resource,
  deployments: deployment.resource,
  statefulsets: statefulset.resource,
  daemonsets: daemonset.resource,
  controllerrevisions: CONTROLLER_REVISIONS,
  jobs: job.resource,
  cronjobs: cronjob.resource,
  rollouts: rollout.resource,
  events: EVENTS,
}

/** A kind with its name. */
export type NamedKind = KindDescriptor & { readonly kind: Kind }

const BUILT_IN: readonly NamedKind[] = Object.keys(KINDS)
  .filter(isKind)
  .map((kind) => ({ ...KINDS[kind], kind }))

/** All kinds. */
export function listKinds(_customResources: readonly CustomResource[]): readonly NamedKind[] {
  return BUILT_IN
}

/** What is watched. */
export function listResources(_customResources: readonly CustomResource[]): readonly ResourceSpec[] {
  return Object.values(RESOURCES)
}

/** What Lynceus cannot do without a resource, as the rest of a sentence. */
export function describeMissing(name: ResourceName): string {
  return isBuiltInResource(name)
    ? RESOURCES[name].without
    : 'questions about its objects and about selectors are answered with 503'
}

export function findKind(kind: Kind, _customResources: readonly CustomResource[]): KindDescriptor {
  return KINDS[kind]
}

/** The kind that a person means by a name in any case, plural or short; undefined when there is none. */
export function parseKind(name: string, _customResources: readonly CustomResource[]): Kind | undefined {
  const wanted = name.toLowerCase()
  return BUILT_IN.find(({ kind, names }) => kind === wanted || names.includes(wanted))?.kind
}

/** The kinds as a sentence lists them: `deployment, job or pod`. */
export function describeKinds(customResources: readonly CustomResource[]): string {
  const names = listKinds(customResources).map(({ kind }) => kind)
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
}

/** The kind of an owner; undefined when it is not watched. */
export function findOwnerKind(
  { apiVersion, kind }: Pick<OwnerRef, 'apiVersion' | 'kind'>,
  customResources: readonly CustomResource[],
): NamedKind | undefined {
  const group = apiVersion.includes('/') ? apiVersion.split('/', 1)[0] : ''
  return listKinds(customResources).find(({ resource }) => resource.kind === kind && resource.group === group)
}

/** The resources that questions about one kind read: its own, its needs, and those of whatever may own it. */
export function resourcesOfKind(
  kind: Kind,
  customResources: readonly CustomResource[],
): ReadonlySet<ResourceName> {
  const found = new Set<ResourceName>()
  const owners = [findKind(kind, customResources)]
  for (const { resource, needs, optional, owners: above } of owners) {
    for (const name of [resource.name, ...needs, ...optional]) found.add(name)
    const known = listKinds(customResources).filter(
      (one) => above.includes(one.resource.kind) && !found.has(one.resource.name),
    )
    owners.push(...known)
  }
  return found
}

function isKind(name: string): name is Kind {
  return Object.hasOwn(KINDS, name)
}
