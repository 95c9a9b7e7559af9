import { createHash } from 'node:crypto'
import type { Mutant } from './mutant.ts'

/** `count` of the mutants, drawn by the seed; an edit of one file leaves the draw among the others as it is. */
export function drawSample(mutants: readonly Mutant[], count: number, seed: string): Mutant[] {
  const occurrences = new Map<string, number>()
  const ranked = mutants.map((mutant) => {
    const text = `${mutant.file}\n${mutant.code}\n${mutant.was}\n${mutant.now}`
    const nth = occurrences.get(text) ?? 0
    occurrences.set(text, nth + 1)
    return { mutant, rank: createHash('sha256').update(`${seed}\n${nth}\n${text}`).digest('hex') }
  })
  const drawn = ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1)).slice(0, count)
  return drawn.map(({ mutant }) => mutant).sort((a, b) => compare(a, b))
}

function compare(a: Mutant, b: Mutant): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1
  return a.start - b.start
}
