import type { Termination } from '../model/history.ts'
import type { Seconds } from '../model/meta.ts'
import type { ContainerFacts } from './container-facts.ts'
import { clock } from './words.ts'

/** Reasons of a start that the runtime refused: by the kubelet while it waits, and by containerd and dockerd at the end. */
export const START_FAILURES: ReadonlySet<string> = new Set([
  'RunContainerError',
  'StartError',
  'ContainerCannotRun',
])

/** Whether the runtime refused a start, so that nothing of the program ran. */
export function neverRan({ reason }: Pick<Termination, 'reason'>): boolean {
  return START_FAILURES.has(reason)
}

/** The exception of all rules about crashes. */
export const IN_A_JOB = 'In a Job its class is progressing: the limits of the Job decide.'
/** The exceptions of rules about crashes that a restartPolicy may make final. */
export const FINAL_OR_IN_A_JOB = `Fatal at once when the restartPolicy lets nothing start the container again. ${IN_A_JOB}`

/**
 * When it crashed last, as the rest of a sentence; empty when that is unknown. It does not say whether the container is in
 * back-off: the message would change with each start and each end.
 */
export function describeLast({ crashes }: Pick<ContainerFacts, 'crashes'>, now: Seconds): string {
  const end = crashes.at(-1)
  return end === undefined ? '' : `, last at ${clock(end.at, now)}`
}

/**
 * The reason of its last end. Not the reason of its present state, which alternates with CrashLoopBackOff while the cause
 * stays the same.
 */
export function endReason({ lastCrash, crashes }: Pick<ContainerFacts, 'lastCrash' | 'crashes'>): string {
  return (lastCrash ?? crashes.at(-1))?.reason || 'Error'
}

/** The number of ends that match: one entry may stand for several ends. */
export function countEnds(ends: readonly Termination[], matches: (end: Termination) => boolean): number {
  return ends.reduce((sum, end) => sum + (matches(end) ? end.count : 0), 0)
}

const FAILED_PROBE = /failed (?<probe>liveness|startup) probe/

/** The probe whose failure ended its last run, by the kubelet's event; null when none did. */
export function failedProbe({ status, lastCrash, events }: ContainerFacts): string | null {
  if (lastCrash === null) return null
  const { startedAt, finishedAt } = lastCrash
  const killing = events.filter(
    ({ reason, fieldPath, firstSeen, lastSeen }) =>
      reason === 'Killing' &&
      fieldPath.endsWith(`{${status.name}}`) &&
      [firstSeen, lastSeen].some((at) => startedAt <= at && at <= finishedAt),
  )
  return (
    killing.map(({ message }) => FAILED_PROBE.exec(message)?.groups?.probe).find((probe) => probe) ?? null
  )
}
