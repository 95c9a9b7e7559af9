import type { ContainerHistory } from '../../model/history.ts'
import type { Seconds } from '../../model/meta.ts'
import type { ContainerStatus, Pod, Terminated } from '../../model/pod.ts'
import type { Context } from '../context.ts'
import { finding } from '../context.ts'
import { evidenceOf } from '../evidence.ts'
import type { Finding } from '../finding.ts'
import { crashRules } from './crash.ts'
import type { ContainerFacts, ContainerRule } from './facts.ts'
import { waitingRules } from './waiting.ts'

/** First match wins: what keeps it from being started says more than how it ended before. */
const RULES: readonly ContainerRule[] = [...waitingRules, ...crashRules]

/** At most one finding for each container of a pod, init containers first. Ephemeral ones are not looked at. */
export function containerFindings(pod: Pod, context: Context): Finding[] {
  const history = context.historyOf(pod.uid)
  const statuses = [...pod.initContainers.map(init), ...pod.containers.map(app)]
  return statuses.flatMap(({ status, isInit }) => {
    if (context.container !== null && status.name !== context.container) return []
    const facts = factsOf(pod, status, isInit, history?.containers ?? [], context)
    for (const rule of RULES) {
      const match = rule(facts, context)
      if (match !== null) return [finding(context, match, `pod/${pod.name}`, pod, status.name)]
    }
    return []
  })
}

const init = (status: ContainerStatus) => ({ status, isInit: true })
const app = (status: ContainerStatus) => ({ status, isInit: false })

function factsOf(
  pod: Pod,
  status: ContainerStatus,
  isInit: boolean,
  histories: readonly ContainerHistory[],
  context: Context,
): ContainerFacts {
  const specs = isInit ? pod.spec.initContainers : pod.spec.containers
  const own = specs.find(({ name }) => name === status.name)?.restartPolicy ?? ''
  const restartPolicy = own === '' ? pod.spec.restartPolicy : own
  const kind = !isInit ? 'app' : own === 'Always' ? 'sidecar' : 'init'
  const history = histories.find(({ container }) => container === status.name) ?? {
    container: status.name,
    kind,
    restartPolicy,
    restarts: 0,
    terminations: [],
  }
  const lastEnd = status.state.type === 'terminated' ? status.state : status.last
  return {
    pod,
    status,
    kind,
    restartPolicy,
    evidence: evidenceOf(history, status, context.baseline),
    lastEnd,
    waitingSince: waitingSince(pod, lastEnd),
  }
}

function waitingSince(pod: Pod, lastEnd: Terminated | null): Seconds {
  const before = pod.initContainers.map(({ state }) => (state.type === 'terminated' ? state.finishedAt : 0))
  return Math.max(pod.createdAt, lastEnd?.finishedAt ?? 0, ...before)
}
