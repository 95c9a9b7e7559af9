/** When something was so in the cluster, real milliseconds; `to` is Infinity while it is so. */
export interface Span {
  readonly from: number
  to: number
}

/** What was done to a pod. Nothing here knows what the service makes of it. */
export interface PodTale {
  readonly name: string
  readonly namespace: string
  readonly app: string
  /** Crashes that nobody is to hear of: they were over when the service first started. */
  readonly before: number
  /** Each crash, when it was written to the cluster. */
  readonly crashes: number[]
  /** While a started container stays up. */
  readonly up: Span[]
  /** While its image could not be had; null when it always could. */
  readonly noImage: Span | null
  /** When it was deleted; Infinity while it is there. */
  deletedAt: number
}

export interface ReleaseTale {
  readonly id: string
  readonly outcome: 'released' | 'release-failed'
  /** While the workload said so. */
  readonly span: Span
}

/** What was done to a workload, oldest first. */
export interface WorkloadTale {
  readonly kind: 'Deployment' | 'StatefulSet'
  readonly name: string
  readonly namespace: string
  readonly app: string
  /** What was released when the service first started: nobody is to hear of it. */
  before: string
  readonly releases: ReleaseTale[]
}

export type WorkloadName = Pick<WorkloadTale, 'namespace' | 'name'> & { readonly kind: string }

/** All that happened in the cluster. */
export interface Tale {
  readonly pods: Map<string, PodTale>
  readonly workloads: Map<string, WorkloadTale>
}

export function workloadKey({ kind, namespace, name }: WorkloadName): string {
  return `${kind} ${namespace}/${name}`
}
