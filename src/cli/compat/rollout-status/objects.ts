import type { Assessment } from '../../../kinds/assessment.ts'
import { type DeploymentObjects, gatherDeployment, judgeDeployment } from '../../../kinds/deployment.ts'
import { gatherJob, type JobObjects, judgeJob } from '../../../kinds/job.ts'
import { NamespaceView } from '../../../kinds/namespace-view.ts'
import { gatherStatefulSet, judgeStatefulSet, type StatefulSetObjects } from '../../../kinds/statefulset.ts'
import type { LabelSelector, Meta, Seconds } from '../../../model/meta.ts'
import type { ClusterView, ObjectIndex } from '../../../model/view.ts'
import type { Context } from '../../../rules/context.ts'
import type { StatusKind } from './options.ts'

/** A workload that rollout-status judges, with the objects that its verdict depends on. */
export type StatusObjects = { readonly judge: (context: Context) => Assessment } & (
  | ({ readonly kind: 'deployment' } & DeploymentObjects)
  | ({ readonly kind: 'statefulset' } & StatefulSetObjects)
  | ({ readonly kind: 'job' } & JobObjects)
)

/** The workloads of a kind that match. StatusWatch.usable says whether their data are recent enough. */
export function findObjects(
  kind: StatusKind,
  cluster: ClusterView,
  selector: LabelSelector,
  namespace: string,
  now: Seconds,
): StatusObjects[] {
  const found = <K extends StatusKind, R extends Meta, O>(
    of: K,
    index: ObjectIndex<R>,
    gather: (record: R, view: NamespaceView) => O,
    judge: (objects: O, context: Context) => Assessment,
  ) =>
    select(index, namespace, selector).map((one) => {
      const objects = gather(one, new NamespaceView(cluster, one.namespace, now, Number.POSITIVE_INFINITY))
      return { kind: of, ...objects, judge: (context: Context) => judge(objects, context) }
    })
  const { deployments, statefulsets, jobs } = cluster.objects
  switch (kind) {
    case 'deployment':
      return found(kind, deployments, gatherDeployment, judgeDeployment)
    case 'statefulset':
      return found(kind, statefulsets, gatherStatefulSet, judgeStatefulSet)
    case 'job':
      return found(kind, jobs, gatherJob, judgeJob)
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
