import { chaos } from './chaos.ts'

/** `npm run test:chaos`: kills the service LYNCEUS_CHAOS_KILLS times (100); LYNCEUS_CHAOS_SEED makes a run repeatable. */
const seed = Number(process.env.LYNCEUS_CHAOS_SEED ?? Date.now() % 1_000_000)
const kills = Number(process.env.LYNCEUS_CHAOS_KILLS ?? 100)
/** Violations and warnings that are printed. */
const MAX_PRINTED = 50

const progress = (line: string) => process.stderr.write(`${line}\n`)
progress(`LYNCEUS_CHAOS_SEED=${seed} LYNCEUS_CHAOS_KILLS=${kills}`)
const { violations, warnings, figures } = await chaos({
  seed,
  kills,
  killsWithTwo: Math.floor(kills * 0.4),
  apps: 24,
  speed: 30,
  stepMs: 60,
  maxLifeMs: 2500,
  maxFailures: 2,
  settleTimeoutMs: 120_000,
  progress,
})
for (const [name, value] of Object.entries(figures)) process.stdout.write(`${name}: ${value}\n`)
if (violations.length > 0) {
  for (const line of warnings.slice(-MAX_PRINTED)) progress(line)
  for (const violation of violations.slice(0, MAX_PRINTED)) process.stdout.write(`- ${violation}\n`)
}
process.stdout.write(`${violations.length} violations (seed ${seed})\n`)
process.exitCode = violations.length === 0 ? 0 : 1
