/** Seconds since the Unix epoch. Times read from the API server are whole; the clock may be fractional. */
export type Seconds = number

/** Labels as the API server sent them. Instances are interned: equal label sets are the same object. */
export type Labels = Readonly<Record<string, string>>

/** The owner reference with `controller: true`. */
export interface OwnerRef {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
}

/** Identifies an object and a state of it. */
export interface Identity {
  readonly name: string
  readonly uid: string
  readonly resourceVersion: string
}

/** What every record carries: the identity of an object and its place in the cluster. */
export interface Meta extends Identity {
  readonly namespace: string
  readonly createdAt: Seconds
  /** metadata.deletionTimestamp; null while nobody has asked for its deletion. */
  readonly deletedAt: Seconds | null
  readonly labels: Labels
  readonly owner: OwnerRef | null
}

/** `metadata` of objects whose desired state has generations. */
export interface WorkloadMeta extends Meta {
  readonly generation: number
  /** Only the annotations that a rule reads (revision numbers, `lynceus.dev/...`). */
  readonly annotations: Readonly<Record<string, string>>
}

/** A condition as Kubernetes objects report it. */
export interface Condition {
  readonly type: string
  readonly status: string
  readonly reason: string
  readonly message: string
  /** lastTransitionTime, 0 when absent. */
  readonly since: Seconds
  /** lastUpdateTime (Deployments, Rollouts), else `since`. */
  readonly updatedAt: Seconds
}

/** The condition of a type, if it has that status. */
export function findCondition<C extends Pick<Condition, 'type' | 'status'>>(
  conditions: readonly C[],
  type: string,
  status = 'True',
): C | undefined {
  return conditions.find((one) => one.type === type && one.status === status)
}

/** A label selector (matchLabels are folded into requirements). All requirements must hold. */
export type LabelSelector = readonly Requirement[]

export interface Requirement {
  readonly key: string
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'
  /** Empty for Exists and DoesNotExist. */
  readonly values: readonly string[]
}

/** An absolute number or a percentage (`25%`), as in maxUnavailable. Null when not set. */
export type IntOrPercent = number | string | null
