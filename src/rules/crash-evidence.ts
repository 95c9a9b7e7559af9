import type { Termination } from '../model/history.ts'
import type { ContainerFacts } from './container-facts.ts'
import { clock } from './words.ts'

/** The exception of rules about crashes of which a Job's own limits decide. */
export const IN_A_JOB = 'In a Job it is progressing: the Job itself decides how many failures are too many.'
/** The exceptions of rules about crashes after which the restartPolicy may start nothing again. */
export const FINAL_OR_IN_A_JOB = `Fatal at once where nothing starts the container again (restartPolicy). ${IN_A_JOB}`

/** When it crashed last, as the rest of a sentence; empty when nothing tells. */
export function describeLast({ crashes, status }: ContainerFacts): string {
  const end = crashes.at(-1)
  if (end === undefined) return ''
  const state =
    status.state.type === 'waiting' && status.state.reason === 'CrashLoopBackOff' ? ', now in back-off' : ''
  return `, last at ${clock(end.at)}${state}`
}

/**
 * The reason with which it ended. Not that of its present state: between two starts that changes to CrashLoopBackOff and
 * back, while the cause stays the same.
 */
export function endReason({ lastCrash, crashes }: Pick<ContainerFacts, 'lastCrash' | 'crashes'>): string {
  return (lastCrash ?? crashes.at(-1))?.reason || 'Error'
}

/** How often a container ended in a way: one entry may stand for several ends. */
export function countEnds(ends: readonly Termination[], matches: (end: Termination) => boolean): number {
  return ends.reduce((sum, end) => sum + (matches(end) ? end.count : 0), 0)
}
