import type { Assessment } from '../../../kinds/assessment.ts'
import { type DeploymentObjects, gatherDeployment, judgeDeployment } from '../../../kinds/deployment.ts'
import { gatherJob, type JobObjects, judgeJob } from '../../../kinds/job.ts'
import { NamespaceView } from '../../../kinds/namespace-view.ts'
import { gatherStatefulSet, judgeStatefulSet, type StatefulSetObjects } from '../../../kinds/statefulset.ts'
import type { LabelSelector, Meta, Seconds } from '../../../model/meta.ts'
import type { ClusterView, ObjectIndex } from '../../../model/view.ts'
import type { Context } from '../../../rules/context.ts'
import type { StatusKind } from './options.ts'

/** A workload that rollout-status looks at, with what its verdict depends on. */
export type StatusObjects =
  | ({ readonly kind: 'deployment' } & DeploymentObjects)
  | ({ readonly kind: 'statefulset' } & StatefulSetObjects)
  | ({ readonly kind: 'job' } & JobObjects)

/** What matches of a kind. The watch says whether it is recent enough (StatusWatch.usable). */
export function findObjects(
  kind: StatusKind,
  cluster: ClusterView,
  selector: LabelSelector,
  namespace: string,
  now: Seconds,
): StatusObjects[] {
  const { deployments, statefulsets, jobs } = cluster.objects
  const view = (of: Meta): NamespaceView =>
    new NamespaceView(cluster, of.namespace, now, Number.POSITIVE_INFINITY)
  switch (kind) {
    case 'deployment':
      return select(deployments, namespace, selector).map((one) => ({
        kind,
        ...gatherDeployment(one, view(one)),
      }))
    case 'statefulset':
      return select(statefulsets, namespace, selector).map((one) => ({
        kind,
        ...gatherStatefulSet(one, view(one)),
      }))
    case 'job':
      return select(jobs, namespace, selector).map((one) => ({ kind, ...gatherJob(one, view(one)) }))
  }
}

export function judgeObjects(objects: StatusObjects, context: Context): Assessment {
  switch (objects.kind) {
    case 'deployment':
      return judgeDeployment(objects, context)
    case 'statefulset':
      return judgeStatefulSet(objects, context)
    case 'job':
      return judgeJob(objects, context)
  }
}

/** As the API server lists them: by namespace, then by name. */
function select<R extends Meta>(index: ObjectIndex<R>, namespace: string, selector: LabelSelector): R[] {
  const namespaces =
    namespace === '' ? [...new Set([...index.all()].map((one) => one.namespace))] : [namespace]
  const found = namespaces.flatMap((one) => [...index.select(one, selector)])
  const key = (one: R): string => `${one.namespace}/${one.name}`
  return found.toSorted((left, right) => (key(left) < key(right) ? -1 : 1))
}
