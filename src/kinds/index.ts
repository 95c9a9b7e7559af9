import type { Context } from '../rules/context.ts'
import type { Assessment } from './assessment.ts'
import { type DaemonSetObjects, judgeDaemonSet } from './daemonset.ts'
import { type DeploymentObjects, judgeDeployment } from './deployment.ts'
import { type JobObjects, judgeJob } from './job.ts'
import { judgePod, type PodObjects } from './pod.ts'
import { judgeReplicaSet, type ReplicaSetObjects } from './replicaset.ts'
import { judgeRevision, type RevisionObjects } from './revision.ts'
import { judgeRollout, type RolloutObjects } from './rollout.ts'
import { judgeStatefulSet, type StatefulSetObjects } from './statefulset.ts'

/** A workload with all objects that its verdict depends on. */
export type WorkloadObjects =
  | DeploymentObjects
  | StatefulSetObjects
  | DaemonSetObjects
  | ReplicaSetObjects
  | JobObjects
  | PodObjects
  | RolloutObjects
  | RevisionObjects

/** Judges a workload of any kind. A function of its arguments only. */
export function judgeWorkload(objects: WorkloadObjects, context: Context): Assessment {
  switch (objects.kind) {
    case 'deployment':
      return judgeDeployment(objects, context)
    case 'statefulset':
      return judgeStatefulSet(objects, context)
    case 'daemonset':
      return judgeDaemonSet(objects, context)
    case 'replicaset':
      return judgeReplicaSet(objects, context)
    case 'job':
      return judgeJob(objects, context)
    case 'pod':
      return judgePod(objects, context)
    case 'rollout':
      return judgeRollout(objects, context)
    case 'revision':
      return judgeRevision(objects, context)
  }
}
