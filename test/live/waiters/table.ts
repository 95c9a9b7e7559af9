import type { Waited } from './programs.ts'
import type { ReleaseScenario } from './scenarios.ts'

/** What three programs said of one release. */
export interface Row {
  readonly scenario: ReleaseScenario
  readonly gate: Waited
  readonly helm: Waited
  readonly kubectl: Waited
}

/** What a program prints is cut to this many characters in the table. */
const MAX_TEXT = 160

/** Who says what when, as a table in Markdown: exit code, seconds, last line. */
export function renderTable(rows: readonly Row[]): string {
  const head = ['release', '`lynceus gate`', '`helm --wait`', '`kubectl rollout status`']
  const lines = rows.map(({ scenario, gate, helm, kubectl }) =>
    [scenario.what, ...[gate, helm, kubectl].map(renderCell)].join(' | '),
  )
  return [head.join(' | '), head.map(() => '---').join(' | '), ...lines]
    .map((line) => `| ${line} |`)
    .join('\n')
}

function renderCell({ exitCode, seconds, says }: Waited): string {
  const text = says.length > MAX_TEXT ? `${says.slice(0, MAX_TEXT)}...` : says
  return `${exitCode}, ${seconds.toFixed(0)} s: ${text.replaceAll('|', '\\|')}`
}
