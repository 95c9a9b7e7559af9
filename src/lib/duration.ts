const UNIT_SECONDS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6, // the micro sign, U+00B5
  μs: 1e-6, // the Greek letter mu, U+03BC, which only Go's own flags take
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
}

const NUMBER = '[0-9]+([.][0-9]+)?'
/** What `parseDuration` takes, as a regular expression that other languages read alike. */
export const DURATION_PATTERN = `^(${NUMBER}|(${NUMBER}(ns|us|µs|ms|s|m|h))+)$`
const DURATION = new RegExp(DURATION_PATTERN)
const GO_DURATION = /^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/
const PART = /(?<number>[\d.]+)(?<unit>[a-zµμ]+)/g

/** Go's longest duration, 2^63 ns, in seconds. */
const MAX_GO_SECONDS = 9_223_372_036

/** Seconds of `90s`, `1h30m` or `1.5h`, or of plain seconds (`90`). Undefined when it is neither. */
export function parseDuration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined
  const plain = Number(text)
  return Number.isNaN(plain) ? sumParts(text) : plain
}

/**
 * Seconds of what Go takes for a duration: it may have a sign, and needs a unit unless it is 0. Undefined when it is none.
 * https://pkg.go.dev/time#ParseDuration
 */
export function parseGoDuration(text: string): number | undefined {
  if (!GO_DURATION.test(text)) return undefined
  const seconds = sumParts(text)
  if (seconds > MAX_GO_SECONDS) return undefined
  return text.startsWith('-') && seconds !== 0 ? -seconds : seconds
}

function sumParts(text: string): number {
  let seconds = 0
  for (const { groups } of text.matchAll(PART))
    seconds += Number(groups?.number) * (UNIT_SECONDS[groups?.unit ?? ''] ?? 0)
  return seconds
}
