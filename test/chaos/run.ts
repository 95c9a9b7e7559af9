import { chaos } from './chaos.ts'

/** `npm run test:chaos`: kills the service 100 times (LYNCEUS_CHAOS_KILLS), as LYNCEUS_CHAOS_SEED decides. */
const seed = Number(process.env.LYNCEUS_CHAOS_SEED ?? Date.now() % 1_000_000)
const kills = Number(process.env.LYNCEUS_CHAOS_KILLS ?? 100)
/** So many violations say enough. */
const SHOWN = 50

const progress = (line: string) => process.stderr.write(`${line}\n`)
progress(`LYNCEUS_CHAOS_SEED=${seed} LYNCEUS_CHAOS_KILLS=${kills}`)
const { violations, warnings, figures } = await chaos({
  seed,
  kills,
  killsOfTwo: Math.floor(kills * 0.4),
  apps: 24,
  speed: 30,
  stepMs: 60,
  longestLifeMs: 2500,
  mostFailures: 2,
  patienceMs: 120_000,
  progress,
})
for (const [name, value] of Object.entries(figures)) process.stdout.write(`${name}: ${value}\n`)
if (violations.length > 0) {
  for (const line of warnings.slice(-SHOWN)) progress(line)
  for (const violation of violations.slice(0, SHOWN)) process.stdout.write(`- ${violation}\n`)
}
process.stdout.write(`${violations.length} violations (seed ${seed})\n`)
process.exitCode = violations.length === 0 ? 0 : 1
