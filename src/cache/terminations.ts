import { type ContainerHistory, isUnseenEnd, type Termination } from '../model/history.ts'

/** Ends of one container that are kept one by one; older ones are merged, so that counts stay right. */
const MAX_TERMINATIONS = 32

/** All ends of one kind have the same cause, and all or none are crashes. There must be fewer kinds than kept ends. */
type EndKind = 'disrupted' | 'unseen' | 'out-of-memory' | 'completed' | 'failed'

/**
 * Merges the oldest ends until at most MAX_TERMINATIONS are left. It merges two ends of the same kind into the newer one, so
 * the number of crashes stays the same. It merges neighbours first: merging across another end would change how many ends
 * came before that one.
 */
export function mergeOldest(terminations: Termination[]): void {
  while (terminations.length > MAX_TERMINATIONS) {
    const kinds = terminations.map(endKind)
    const [older, newer] = neighbours(kinds) ?? likeCrashes(kinds) ?? like(kinds) ?? []
    if (older === undefined || newer === undefined) return
    const from = terminations[older]
    const into = terminations[newer]
    if (from === undefined || into === undefined) return
    terminations[newer] = { ...into, count: from.count + into.count }
    terminations.splice(older, 1)
  }
}

/** Whether any of the ends that are remembered can be a crash. */
export function hasCrashed({ terminations, kind, restartPolicy }: ContainerHistory): boolean {
  const forEver = kind !== 'init' && restartPolicy === 'Always'
  return terminations.some((end) => {
    const ended = endKind(end)
    return ended === 'failed' || ended === 'out-of-memory' || (ended === 'completed' && forEver)
  })
}

function endKind({ disrupted, reason, exitCode }: Termination): EndKind {
  if (disrupted) return 'disrupted'
  if (isUnseenEnd(reason)) return 'unseen'
  if (reason === 'OOMKilled') return 'out-of-memory'
  return exitCode === 0 ? 'completed' : 'failed'
}

type Pair = readonly [older: number, newer: number]

function neighbours(kinds: readonly EndKind[]): Pair | null {
  const older = kinds.findIndex((kind, index) => kind === kinds[index + 1])
  return older === -1 ? null : [older, older + 1]
}

/** With another end between two crashes, the newer crash still comes after whatever was counted before it. */
function likeCrashes(kinds: readonly EndKind[]): Pair | null {
  return like(kinds, (kind) => kind === 'failed' || kind === 'out-of-memory')
}

function like(kinds: readonly EndKind[], wanted: (kind: EndKind) => boolean = () => true): Pair | null {
  for (const [older, kind] of kinds.entries()) {
    const newer = wanted(kind) ? kinds.indexOf(kind, older + 1) : -1
    if (newer !== -1) return [older, newer]
  }
  return null
}
