// `npm run bench [-- sync|analyze|events|scrape|gate|churn|startup|network|scale]`: prints figures and ratios, each side measured in turn in the same run.
import { benchAnalyze } from './analyze.ts'
import { benchChurn } from './churn.ts'
import { benchEvents } from './events.ts'
import { benchGate } from './gate.ts'
import { benchNetwork } from './network.ts'
import { benchScale } from './scale.ts'
import { benchScrape } from './scrape.ts'
import { benchStartup } from './startup.ts'
import { benchSync } from './sync.ts'

const RUNS = 5

const BENCHES: Readonly<Record<string, () => Promise<string>>> = {
  sync: async () => `${await benchSync(10_000, RUNS)}\n\n${await benchSync(50_000, RUNS)}`,
  analyze: () => benchAnalyze([1_000, 10_000, 100_000], RUNS),
  events: () => benchEvents(10_000, RUNS),
  scrape: () => benchScrape(50_000),
  gate: benchGate,
  churn: benchChurn,
  startup: benchStartup,
  network: benchNetwork,
  scale: benchScale,
}

/** Run only when they are named: they start a cluster. */
const ON_DEMAND: ReadonlySet<string> = new Set(['network', 'scale'])

const wanted = process.argv.slice(2)
const unknown = wanted.find((name) => !Object.hasOwn(BENCHES, name))
if (unknown !== undefined) {
  process.stderr.write(`bench: there is no "${unknown}"; there are ${Object.keys(BENCHES).join(', ')}\n`)
  process.exit(2)
}
for (const [name, bench] of Object.entries(BENCHES)) {
  if (wanted.length === 0 ? ON_DEMAND.has(name) : !wanted.includes(name)) continue
  process.stderr.write(`bench: ${name} …\n`)
  process.stdout.write(`${await bench()}\n\n`)
}
