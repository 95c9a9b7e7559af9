import type { Labels } from './meta.ts'

/** The labels that carry a template hash: of Rollouts, Deployments, and of StatefulSets and DaemonSets. */
export const HASH_LABELS = [
  'rollouts-pod-template-hash',
  'pod-template-hash',
  'controller-revision-hash',
] as const

/** The label that ReplicaSets and pods of an Argo Rollout carry. */
export const ROLLOUT_HASH_LABEL = HASH_LABELS[0]
/** The label that ReplicaSets and pods of a Deployment carry. */
export const DEPLOYMENT_HASH_LABEL = HASH_LABELS[1]
/** The label that pods carry whose controller makes them itself. */
export const REVISION_HASH_LABEL = HASH_LABELS[2]

/** The template hash among an object's labels; undefined when it has none. */
export function findTemplateHash(labels: Labels): string | undefined {
  return HASH_LABELS.map((key) => labels[key]).find((value) => value !== undefined)
}
