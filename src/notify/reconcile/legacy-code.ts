import type { Termination } from '../../model/history.ts'
import { RESTART_RULES } from '../../rules/container.ts'
import { CRASH_RULES } from '../../rules/crash.ts'
import { IMAGE_RULES } from '../../rules/image.ts'
import type { RuleId } from '../../rules/index.ts'
import type { LegacyCode } from '../event.ts'

/** The runtime could not start the program: ContainerCannotRun with dockershim, StartError with containerd. */
const START_FAILURES: ReadonlySet<string> = new Set(['ContainerCannotRun', 'StartError', 'RunContainerError'])
/** Exit codes that apps-watcher does not count as a crash: requested by a signal, or a command that a shell did not find. */
const NO_CRASH: ReadonlySet<number> = new Set([0, 15, 126, 127, 130, 143])
/** SIGKILL. With the reason Error it is the end of a stop that took too long. */
const KILLED = 137

/** The legacy code of a crash; null when apps-watcher would not have reported it. */
export function resolveCrashCode({
  exitCode,
  reason,
}: Pick<Termination, 'exitCode' | 'reason'>): LegacyCode | null {
  if (reason === 'OOMKilled') return 'R14'
  if (START_FAILURES.has(reason)) return 'H9'
  if (reason === 'Completed') return 'H8'
  if (NO_CRASH.has(exitCode) || (reason === 'Error' && exitCode === KILLED)) return null
  return 'H10'
}

/** Crash events cover these rules. */
const CRASHES: ReadonlySet<RuleId> = new Set([...CRASH_RULES, ...RESTART_RULES].map(({ id }) => id))
const IMAGES: ReadonlySet<RuleId> = new Set(IMAGE_RULES.map(({ id }) => id))

/**
 * The legacy code of a finding about a state without a crash; null when the state is not reported, or not yet. `hasEnded`:
 * the container has ended before, so that its crashes have events of their own.
 */
export function resolveStateCode(rule: RuleId, reached: boolean, hasEnded: boolean): LegacyCode | null {
  if (rule === 'unschedulable') return 'H98'
  if (IMAGES.has(rule)) return 'H99'
  if (CRASHES.has(rule) && hasEnded) return null
  if (rule === 'bad-command') return 'H9'
  return reached && rule !== 'evicted' && rule !== 'refused' ? 'H0' : null
}
