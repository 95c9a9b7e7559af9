import { readFileSync } from 'node:fs'

/** The page that lists every disagreement. */
const PAGE = new URL('../../docs/judges.md', import.meta.url)

/** A disagreement between a judge and Lynceus about a fixture. */
export interface Disagreement {
  readonly fixture: string
  readonly judge: string
  /** In the judge's own words. */
  readonly status: string
  readonly verdict: string
}

/** How many fixtures a judge and Lynceus judged alike. */
export interface Tally {
  readonly judge: string
  readonly compared: number
  readonly agreed: number
}

interface Row {
  readonly cells: readonly string[]
  /** The text between the row's heading and its table. */
  readonly why: string
}

/** The disagreements that the page explains. Throws where a table has no explanation above it. */
export function readExplained(): readonly Disagreement[] {
  return readRows().flatMap(({ cells: [fixture = '', says = '', verdict = ''], why }) => {
    // Heads, rules and the table of agreement have no judge and status.
    if (!says.includes(' ')) return []
    if (why.length < MIN_EXPLANATION) throw new Error(`docs/judges.md does not say why about ${fixture}`)
    return says.split(', ').map((one) => {
      const [judge = '', status = ''] = one.split(' ')
      return { fixture, judge, status, verdict }
    })
  })
}

/** Characters of the shortest explanation that can be a sentence. */
const MIN_EXPLANATION = 40

/** The numbers of the page's table of agreement. */
export function readTallies(): readonly Tally[] {
  return readRows().flatMap(({ cells: [judge = '', compared = '', agreed = ''] }) =>
    /^\d+$/.test(compared) ? [{ judge, compared: Number(compared), agreed: Number(agreed) }] : [],
  )
}

/** Rows of all tables, without their heads. */
function readRows(): readonly Row[] {
  const rows: Row[] = []
  let why = ''
  for (const line of readFileSync(PAGE, 'utf8').split('\n')) {
    if (line.startsWith('#')) why = ''
    else if (!line.startsWith('|')) why += line
    else rows.push({ cells: line.slice(1, -1).split('|').map(plain), why })
  }
  return rows
}

function plain(cell: string): string {
  return cell.replaceAll('`', '').trim()
}
