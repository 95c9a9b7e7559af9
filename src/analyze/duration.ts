const UNIT_SECONDS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
}

const UNIT = '(ns|us|µs|ms|s|m|h)'
const NUMBER = '[0-9]+([.][0-9]+)?'
/** What `parseDuration` takes, as a regular expression that other languages read alike. */
export const DURATION_PATTERN = `^(${NUMBER}|(${NUMBER}${UNIT})+)$`
const DURATION = new RegExp(DURATION_PATTERN)
const PART = new RegExp(`(?<number>${NUMBER})(?<unit>${UNIT})`, 'g')

/**
 * Seconds of a Go duration (`90s`, `1h30m`, `1.5h`) or of plain seconds (`90`). Undefined when it is neither.
 * https://pkg.go.dev/time#ParseDuration
 */
export function parseDuration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined
  const plain = Number(text)
  if (!Number.isNaN(plain)) return plain
  let seconds = 0
  for (const { groups } of text.matchAll(PART))
    seconds += Number(groups?.number) * (UNIT_SECONDS[groups?.unit ?? ''] ?? 0)
  return seconds
}
