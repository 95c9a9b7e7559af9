import type { Node } from '../../../model/records.ts'
import type * as slim from '../slim.generated.ts'
import { type MetaProjector, seconds } from './meta.ts'

/**
 * Taints of nodes that are about to go: by the kubelet and cloud controllers, and by the autoscalers and the handlers of
 * spot instances. All other taints say nothing about the pods that are there already.
 */
const LEAVING_TAINTS: ReadonlySet<string> = new Set([
  'node.cloudprovider.kubernetes.io/shutdown',
  'node.kubernetes.io/out-of-service',
  'ToBeDeletedByClusterAutoscaler',
  'karpenter.sh/disrupted',
  'karpenter.sh/disruption',
  'cloud.google.com/impending-node-termination',
  'aws-node-termination-handler/spot-itn',
  'aws-node-termination-handler/scheduled-maintenance',
  'aws-node-termination-handler/asg-lifecycle-termination',
  'aws-node-termination-handler/rebalance-recommendation',
  'kubernetes.azure.com/scalesetpriority-evicted',
])
const NOT_LEAVING: readonly string[] = Object.freeze([])
const NO_LABELS = Object.freeze({})

/** Projects a node: nothing of it that changes with its heartbeat. */
export function node({ metadata, spec, status }: slim.Node, meta: MetaProjector): Node {
  const ready = status?.conditions.find(({ type }) => type === 'Ready')
  const isReady = ready?.status === 'True'
  return {
    namespace: '',
    name: meta.text(metadata?.name ?? ''),
    uid: metadata?.uid ?? '',
    resourceVersion: metadata?.resourceVersion ?? '',
    createdAt: seconds(metadata?.creationTimestamp ?? null),
    deletedAt: metadata?.deletionTimestamp?.seconds ?? null,
    labels: NO_LABELS,
    owner: null,
    ready: ready?.status ?? '',
    readySince: seconds(ready?.lastTransitionTime ?? null),
    reason: isReady ? '' : (ready?.reason ?? ''),
    message: isReady ? '' : meta.text(ready?.message ?? ''),
    unschedulable: spec?.unschedulable ?? false,
    leaving: listLeaving(spec?.taints ?? []),
  }
}

function listLeaving(taints: readonly slim.Taint[]): readonly string[] {
  const leaving = taints.map(({ key }) => key).filter((key) => LEAVING_TAINTS.has(key))
  return leaving.length === 0 ? NOT_LEAVING : leaving
}
