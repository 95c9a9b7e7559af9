import type { JsonObject } from '../json.ts'
import { ROLLOUT_CRD } from './resource-type.ts'

/** A CustomResourceDefinition of Argo's Rollout that accepts any content. */
export function rolloutDefinition(): JsonObject {
  const names = {
    kind: 'Rollout',
    listKind: 'RolloutList',
    plural: 'rollouts',
    singular: 'rollout',
    shortNames: ['ro'],
  }
  const version = {
    name: 'v1alpha1',
    served: true,
    storage: true,
    schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
  }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: ROLLOUT_CRD },
    spec: { group: 'argoproj.io', names, scope: 'Namespaced', versions: [version] },
  }
}
