/** A period in real milliseconds; `to` is Infinity while it lasts. */
export interface Span {
  readonly from: number
  to: number
}

/** What was done to a pod, independently of what the service made of it. */
export interface PodTimeline {
  readonly name: string
  readonly namespace: string
  readonly app: string
  /** Number of crashes that the container had recovered from when the service first started: they must not be reported. */
  readonly baselineCrashes: number
  /** When each crash was written to the cluster. */
  readonly crashes: number[]
  /** While the container was running. */
  readonly running: Span[]
  /** While its image could not be pulled; null when it always could. */
  readonly withoutImage: Span | null
  /** When it was deleted; Infinity while it exists. */
  deletedAt: number
}

export interface ReleaseRecord {
  readonly id: string
  readonly outcome: 'released' | 'release-failed'
  /** While the status of the workload showed it. */
  readonly span: Span
}

/** What was done to a workload, oldest first. */
export interface WorkloadTimeline {
  readonly kind: 'Deployment' | 'StatefulSet'
  readonly name: string
  readonly namespace: string
  readonly app: string
  /** The release when the service first started: it must not be reported. */
  baseline: string
  readonly releases: ReleaseRecord[]
}

export type WorkloadName = Pick<WorkloadTimeline, 'namespace' | 'name'> & { readonly kind: string }

/** Everything that happened in the cluster. */
export interface Timeline {
  readonly pods: Map<string, PodTimeline>
  readonly workloads: Map<string, WorkloadTimeline>
}

export function buildWorkloadKey({ kind, namespace, name }: WorkloadName): string {
  return `${kind} ${namespace}/${name}`
}
