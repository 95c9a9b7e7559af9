/** A run of a container, whose log may be read. */
export interface ContainerRun {
  readonly namespace: string
  readonly pod: string
  /** UID of the pod. */
  readonly podUid: string
  readonly container: string
  /** restartCount of the container: with the UID and `previous` it names one run. */
  readonly restarts: number
  /** The run before the present one, as `kubectl logs --previous` means it. */
  readonly previous: boolean
  /** Nothing is written to its log any more. */
  readonly hasEnded: boolean
}

/** The last lines of a run's log. */
export interface LogTail extends Pick<ContainerRun, 'pod' | 'container' | 'previous'> {
  /** Oldest first, without control characters; empty when there are none, or they cannot be read. */
  readonly lines: readonly string[]
  /** Why they cannot be read, as the rest of a sentence; null when they could. */
  readonly problem: string | null
}
