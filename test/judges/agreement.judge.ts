// Fixtures of gitops-engine, kstatus and Argo CD: what these say of each, held against the verdict of Lynceus. docs/judges.md
// explains every disagreement; one that it does not explain fails here, and so does one that is no more.
import t from 'tap'
import { type Disagreement, readExplained, readTallies, type Tally } from './explanations.ts'
import { askJudges, expectVerdict, type Opinion } from './opinions.ts'
import { judge } from './stage.ts'

interface Compared {
  readonly opinion: Opinion
  readonly expected: string
  readonly verdict: string
  readonly message: string
}

const compared = (await askJudges()).flatMap((opinion): Compared[] => {
  const expected = expectVerdict(opinion.status)
  const judged = expected === undefined ? null : judge(opinion.object)
  return expected === undefined || judged === null ? [] : [{ opinion, expected, ...judged }]
})

/** A `pending` that comes to a fail if nothing changes is the Progressing of a judge that has no clock; what is suspended must not fail. */
function agrees({ opinion, expected, verdict }: Compared): boolean {
  const mayFail = expected === 'pending' && opinion.status !== 'Suspended'
  return verdict === expected || (mayFail && verdict === 'pending, then fail')
}

const differing = compared.filter((one) => !agrees(one))
const explained = readExplained()

t.comment(`\n${describeTable()}`)

t.test('every disagreement is explained', async (t) => {
  const known = new Set(explained.map(describe))
  for (const one of differing) {
    const found = describe(toDisagreement(one))
    t.ok(known.has(found), `${found} (${one.opinion.message}; Lynceus: ${one.message})`)
  }
})

t.test('every explained disagreement is still there', async (t) => {
  const present = new Set(differing.map((one) => describe(toDisagreement(one))))
  for (const one of explained) t.ok(present.has(describe(one)), describe(one))
  t.equal(new Set(explained.map(describe)).size, explained.length, 'each is listed once')
})

t.test('the page has the numbers of this run', async (t) => {
  t.strictSame(readTallies(), tally(compared.map((one) => one.opinion.judge)))
})

t.test('Lynceus passes nothing that a judge calls failed', async (t) => {
  const passed = compared.filter(({ expected, verdict }) => expected === 'fail' && verdict === 'pass')
  t.strictSame(passed.map(toDisagreement), [])
})

function toDisagreement({ opinion: { fixture, judge: by, status }, verdict }: Compared): Disagreement {
  return { fixture, judge: by, status, verdict }
}

function describe({ fixture, judge: by, status, verdict }: Disagreement): string {
  return `${fixture}: ${by} says ${status}, Lynceus ${verdict}`
}

function tally(judges: readonly string[]): readonly Tally[] {
  return [...new Set(judges)].toSorted().map((by) => {
    const own = compared.filter(({ opinion }) => opinion.judge === by)
    return { judge: by, compared: own.length, agreed: own.filter(agrees).length }
  })
}

/** For each judge and kind, how many fixtures were compared and how many were judged alike. */
function describeTable(): string {
  const groups = Map.groupBy(
    compared,
    ({ opinion }) => `${opinion.judge.padEnd(14)}${String(opinion.object.kind)}`,
  )
  const rows = [...groups]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, list]) => {
      const alike = list.filter(agrees).length
      return `${name.padEnd(34)}${String(list.length).padStart(4)} compared${String(alike).padStart(5)} alike`
    })
  const alike = compared.length - differing.length
  return [...rows, `${compared.length} compared, ${alike} alike, ${differing.length} not`].join('\n')
}
