import type { ContainerHistory, Termination } from '../model/history.ts'

/** Ends kept one by one of each container; older ones are merged, so that counts stay right. */
const KEPT_TERMINATIONS = 32

/** Each kind is a crash in all its ends or in none, and tells as one and the same cause. There must be fewer than are kept. */
type EndKind = 'leaving' | 'unseen' | 'out-of-memory' | 'completed' | 'failed'

/**
 * Merges the oldest ends until few enough are left, only like with like, into the newer of the two: there are as many
 * crashes afterwards as before. Neighbours go first, as what was counted up to an end between two others would shift.
 */
export function mergeOldest(terminations: Termination[]): void {
  while (terminations.length > KEPT_TERMINATIONS) {
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

function endKind({ leaving, reason, exitCode }: Termination): EndKind {
  if (leaving) return 'leaving'
  // The kubelet lost sight of the container.
  if (reason === 'ContainerStatusUnknown') return 'unseen'
  if (reason === 'OOMKilled') return 'out-of-memory'
  return exitCode === 0 ? 'completed' : 'failed'
}

type Pair = readonly [older: number, newer: number]

function neighbours(kinds: readonly EndKind[]): Pair | null {
  const older = kinds.findIndex((kind, index) => kind === kinds[index + 1])
  return older === -1 ? null : [older, older + 1]
}

/** Of two crashes with something between, the newer still comes after whatever was counted before. */
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
