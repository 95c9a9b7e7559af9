import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { installDefinitions } from './dry-run.ts'
import type { JsonObject } from './json.ts'
import type { KubeApi } from './kube-api.ts'
import { type ContainerOptions, podTemplate } from './manifests.ts'

const programs = fileURLToPath(new URL('../../chart/programs', import.meta.url))

/** The custom resources of the suites, as the setting names them. */
export const CUSTOM_RESOURCES = 'apps.kruise.io/v1alpha1/CloneSet,serving.knative.dev/v1/Revision'

const CLONE_SET = { apiVersion: 'apps.kruise.io/v1alpha1', kind: 'CloneSet' }
const REVISION = { apiVersion: 'serving.knative.dev/v1', kind: 'Revision' }

/** Installs OpenKruise's definition of CloneSet and Knative's of Revision; of their controllers nothing runs. */
export async function installCustomResources(api: KubeApi): Promise<void> {
  await installDefinitions(api, folderOf('kruise'), /_clonesets\.yaml$/)
  await installDefinitions(api, folderOf('knative'), /^revision\.yaml$/)
}

function folderOf(program: 'kruise' | 'knative'): string {
  return execFileSync(programs, [program], { cwd: '/', encoding: 'utf8' }).trim()
}

export function cloneSet(name: string, replicas: number, options: ContainerOptions): JsonObject {
  const selector = { matchLabels: { app: name } }
  return {
    ...CLONE_SET,
    metadata: { name, labels: { app: name } },
    spec: { replicas, selector, template: podTemplate(name, options) },
  }
}

/** Its status as the controller writes it when all pods of a revision are ready. */
export function cloneSetStatus(generation: number, replicas: number, revision: string): JsonObject {
  const ready = { readyReplicas: replicas, availableReplicas: replicas, updatedReadyReplicas: replicas }
  const status = {
    observedGeneration: generation,
    replicas,
    updatedReplicas: replicas,
    updateRevision: revision,
  }
  return { status: { ...ready, ...status } }
}

/** A pod as the controller of a CloneSet makes it. */
export function clone(
  name: string,
  owner: { name: string; uid: string },
  revision: string,
  options: ContainerOptions,
): JsonObject {
  const { metadata, spec } = podTemplate(owner.name, options)
  const labels = {
    ...(typeof metadata.labels === 'object' ? metadata.labels : {}),
    'controller-revision-hash': revision,
  }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels, ownerReferences: [{ ...CLONE_SET, ...owner, controller: true }] },
    spec,
  }
}

export function revision(name: string): JsonObject {
  return {
    ...REVISION,
    metadata: { name, labels: { app: name } },
    spec: { containers: [{ name: 'app', image: 'localhost/busybox:test' }] },
  }
}

/** A Deployment that a Revision owns. */
export function ownedByRevision(deployment: JsonObject, owner: { name: string; uid: string }): JsonObject {
  const { metadata } = deployment
  const ownerReferences = [{ ...REVISION, ...owner, controller: true }]
  return { ...deployment, metadata: { ...(typeof metadata === 'object' ? metadata : {}), ownerReferences } }
}
