import type { ContainerHistory } from '../../model/history.ts'
import type { Seconds } from '../../model/meta.ts'
import type { ContainerStatus, Pod, Terminated } from '../../model/pod.ts'
import type { Context } from '../context.ts'
import type { Evidence } from '../evidence.ts'
import type { Match } from '../finding.ts'

/** One container, with what its rules look at. */
export interface ContainerFacts {
  readonly pod: Pod
  readonly status: ContainerStatus
  readonly kind: ContainerHistory['kind']
  /** The container's own restartPolicy, or the pod's. */
  readonly restartPolicy: string
  readonly evidence: Evidence
  /** How it ended last, also when that is its present state. */
  readonly lastEnd: Terminated | null
  /** Since when it can have been waiting, as a waiting state carries no time. */
  readonly waitingSince: Seconds
}

/** A rule about one container: what it matched, or null. */
export type ContainerRule = (facts: ContainerFacts, context: Context) => Match | null

/** How a sentence names the container. */
export function who({ status, pod, kind }: ContainerFacts): string {
  const what = kind === 'app' ? 'container' : kind === 'sidecar' ? 'sidecar' : 'init container'
  return `${what} ${status.name} of pod ${pod.name}`
}
