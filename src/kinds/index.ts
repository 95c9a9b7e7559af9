import type { OwnerRef } from '../model/meta.ts'
import {
  type BuiltInResource,
  type CustomResource,
  customResourceName,
  isBuiltInResource,
  type ResourceName,
} from '../model/records.ts'
import { cronjob } from './cronjob.ts'
import { daemonset } from './daemonset.ts'
import { deployment } from './deployment.ts'
import type { KindDescriptor, ResourceSpec } from './descriptor.ts'
import { defineGenericKind } from './generic.ts'
import { job } from './job.ts'
import { pod } from './pod.ts'
import { replicaset } from './replicaset.ts'
import { CONTROLLER_REVISIONS, EVENTS, NODES } from './resources.ts'
import { rollout } from './rollout.ts'
import { statefulset } from './statefulset.ts'

/** Every kind that can be asked about. Lists of kinds, in the program and in its texts, are computed from this one. */
const KINDS = { deployment, statefulset, daemonset, replicaset, job, cronjob, pod, rollout } as const

/** A custom resource's kind, as kubectl writes it: `cloneset.apps.kruise.io`. */
type CustomKind = `${string}.${string}`

/** A kind as questions and answers write it. */
export type Kind = keyof typeof KINDS | CustomKind

/** Every resource that is always watched: those of the kinds, and three that explain their objects. */
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
  nodes: NODES,
}

/** A kind with its name. */
export type NamedKind = KindDescriptor & { readonly kind: Kind }

const BUILT_IN: readonly NamedKind[] = Object.keys(KINDS)
  .filter(isBuiltIn)
  .map((kind) => ({ ...KINDS[kind], kind }))

/** All kinds. */
export function listKinds(customResources: readonly CustomResource[]): readonly NamedKind[] {
  return customResources.length === 0 ? BUILT_IN : [...BUILT_IN, ...customResources.map(customKind)]
}

function customKind(resource: CustomResource): NamedKind {
  return { ...defineGenericKind(resource), kind: `${resource.kind.toLowerCase()}.${resource.group}` }
}

/** What is watched. */
export function listResources(customResources: readonly CustomResource[]): readonly ResourceSpec[] {
  return [...Object.values(RESOURCES), ...customResources.map((one) => defineGenericKind(one).resource)]
}

/** What Lynceus cannot do without a resource, as the rest of a sentence. */
export function describeMissing(name: ResourceName): string {
  return isBuiltInResource(name)
    ? RESOURCES[name].without
    : 'questions about its objects and about selectors are answered with 503'
}

/** The kind of this name. Throws a TypeError when there is none: names are checked where questions are parsed. */
export function findKind(kind: Kind, customResources: readonly CustomResource[]): KindDescriptor {
  if (isBuiltIn(kind)) return KINDS[kind]
  const custom = customResources.map(customKind).find((one) => one.kind === kind)
  if (custom === undefined) throw new TypeError(`no kind ${kind}`)
  return custom
}

/**
 * The kind of a name in any case, plural or short; undefined when there is none. For a custom resource
 * the kind alone is enough where no other has it.
 */
export function parseKind(name: string, customResources: readonly CustomResource[]): Kind | undefined {
  const wanted = name.toLowerCase()
  const matches = ({ kind, names }: NamedKind): boolean => kind === wanted || names.includes(wanted)
  const known = listKinds(customResources).find(matches)
  if (known !== undefined) return known.kind
  const custom = customResources
    .filter(({ kind, plural }) => kind.toLowerCase() === wanted || plural === wanted)
    .map(customKind)
  return custom.length === 1 ? custom[0]?.kind : undefined
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
  const known = BUILT_IN.find(({ resource }) => resource.kind === kind && resource.group === group)
  if (known !== undefined) return known
  const custom = customResources.find((one) => one.kind === kind && one.group === group)
  return custom === undefined ? undefined : customKind(custom)
}

/** The resources that questions about one kind read: its own, its needs, and those of whatever may own it. */
export function listResourcesOfKind(
  kind: Kind,
  customResources: readonly CustomResource[],
): ReadonlySet<ResourceName> {
  // Any object may be a custom resource's.
  const found = new Set<ResourceName>(customResources.map(customResourceName))
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

function isBuiltIn(name: string): name is keyof typeof KINDS {
  return Object.hasOwn(KINDS, name)
}
