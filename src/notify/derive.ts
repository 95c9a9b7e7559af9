import { crashSteps } from './sources/crashes.ts'
import { orphanSteps } from './sources/orphans.ts'
import { releaseSteps } from './sources/releases.ts'
import type { Situation, Step } from './sources/source.ts'
import { stateSteps } from './sources/states.ts'

/**
 * What should have been told and was not: the cluster less the ledger. Nothing depends on which changes were heard in
 * which order, so that nothing is lost while no one listens; a crash is forgotten only with its pod, an hour later.
 */
export function derive(situation: Situation): Step[] {
  const steps = [
    ...merged(crashSteps(situation), stateSteps(situation)),
    ...orphanSteps(situation),
    ...releaseSteps(situation),
  ]
  return steps.toSorted((left, right) => at(left) - at(right))
}

function at({ events }: Step): number {
  return events[0]?.at ?? 0
}

/** Of several steps of one container the first is taken now, the others when the ledger knows of it. */
function* merged(crashes: Iterable<Step>, states: Iterable<Step>): Iterable<Step> {
  const seen = new Set<string>()
  for (const step of [...crashes, ...states]) {
    const key = step.entries[0]?.[0] ?? ''
    if (!seen.has(key)) yield step
    seen.add(key)
  }
}

/** Keys of episodes and releases whose objects are gone for good. */
export function* forgotten({ view, ledger }: Pick<Situation, 'view' | 'ledger'>): Iterable<string> {
  const { pods, deployments, statefulsets, daemonsets, rollouts } = view.objects
  for (const [key, { type }] of ledger.entries()) {
    const uid = key.split('/', 1)[0] ?? ''
    const pod = type === 'episode' && pods.byUid(uid) === undefined && view.historyOf(uid) === undefined
    const workload =
      type === 'release' &&
      [deployments, statefulsets, daemonsets, rollouts].every((one) => one.byUid(uid) === undefined)
    if (pod || workload) yield key
  }
}
