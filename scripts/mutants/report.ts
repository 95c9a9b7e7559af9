import type { Examined, Fate } from './examine.ts'
import { describeChange } from './mutant.ts'
import { resolveRoom } from './rooms.ts'

/** One line for an examined mutant. */
export function renderExamined({ mutant, fate, by }: Examined): string {
  const where = `${mutant.file}:${mutant.line}`
  return `${fate.padEnd(9)} ${where}  ${describeChange(mutant)}${by === null ? '' : `  (${by})`}`
}

/** A row for each room: how many mutants were examined, what came of them, and the share that tests noticed. */
export function renderScores(examined: readonly Examined[]): string {
  const rooms = Map.groupBy(examined, ({ mutant }) => resolveRoom(mutant.file))
  const rows = [...rooms].map(([room, all]) => {
    const count = (fate: Fate) => all.filter((one) => one.fate === fate).length
    const noticed = count('killed') + count('timeout')
    const cells = [all.length, count('killed'), count('timeout'), count('survived'), count('uncovered')]
    const score = `${((100 * noticed) / all.length).toFixed(0)} %`
    return [room.padEnd(10), ...cells.map((cell) => String(cell).padStart(9)), score.padStart(7)].join(' ')
  })
  const head = ['mutants', 'killed', 'timeout', 'survived', 'uncovered'].map((word) => word.padStart(9))
  return [['room'.padEnd(10), ...head, 'score'.padStart(7)].join(' '), ...rows].join('\n')
}
