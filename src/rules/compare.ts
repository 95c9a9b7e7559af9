import type { MatchOf, Rule } from './rule.ts'
import { count, percent, round } from './words.ts'

const CRASHES_MORE = {
  id: 'crashes-more-than-stable',
  class: 'fatal',
  code: 'process-crashing',
  texts: {
    matches: ['more crashes per pod-hour than `maxRatio` and `maxDelta` allow, and not by chance'],
    cause: 'The new revision crashes, and nothing else explains it.',
    remedy: 'Roll it back; read the logs of its pods.',
  },
} as const satisfies Rule

const STABLE_CRASHES_TOO = {
  id: 'stable-crashes-too',
  class: 'progressing',
  code: null,
  texts: {
    matches: ['crashes of the same kind, about as often, in the stable revision since the canary began'],
    cause: 'Something that both revisions need fails: a database, a node, the network.',
    remedy: 'Look at what they have in common; decide about the canary when that is fixed.',
  },
} as const satisfies Rule

const SINGLE_NODE = {
  id: 'single-node',
  class: 'progressing',
  code: null,
  texts: {
    matches: ['crashes of the canary on one node only, while its pods elsewhere run well'],
    cause: 'Mostly the node: its disk, its memory, its kernel.',
    remedy: 'Look at the node; delete the pods there so that they start on another node.',
  },
} as const satisfies Rule

const RATE_UNDECIDED = {
  id: 'crash-rate-undecided',
  class: 'progressing',
  code: null,
  texts: {
    matches: ['more crashes than tolerated, but so few that it may be chance'],
    cause: 'Too few crashes, or too little time, to tell the canary from the stable revision.',
    remedy: 'Wait, or run more pods of the canary.',
  },
} as const satisfies Rule

const NO_STABLE_PODS = {
  id: 'no-stable-pods',
  class: 'progressing',
  code: null,
  texts: {
    matches: ['a stable revision of which no pod has run'],
    cause: 'The stable revision has no pods (any more), or `stableHash` is wrong.',
    remedy: 'Correct `stableHash`; without a stable revision ask `/analyze` instead.',
  },
} as const satisfies Rule

/** What a comparison of a canary with the stable revision comes to. */
export const COMPARE_RULES = [
  CRASHES_MORE,
  STABLE_CRASHES_TOO,
  SINGLE_NODE,
  RATE_UNDECIDED,
  NO_STABLE_PODS,
] as const

/** `figures`: the crashes of both, as a sentence without full stop. `expected`: crashes that would be tolerated. */
export function crashesMore(
  figures: string,
  expected: number | null,
  chance: number,
): MatchOf<'crashes-more-than-stable'> {
  const allowed = expected === null ? '' : `, at most ${round(expected)} expected`
  const what = `${figures}${allowed} (probability by chance: ${percent(chance)})`
  return { rule: CRASHES_MORE, reason: 'CrashesMoreThanStable', what }
}

export function stableCrashesToo(figures: string): MatchOf<'stable-crashes-too'> {
  const what = `${figures} since the canary began: both fail in the same way, so the new revision may not be at fault`
  return { rule: STABLE_CRASHES_TOO, reason: 'StableCrashesToo', what }
}

export function singleNode(node: string, crashes: number): MatchOf<'single-node'> {
  const what = `The canary crashes on node ${node} alone (${count(crashes, 'crash', 'crashes')}) and runs well elsewhere: the node may be at fault`
  return { rule: SINGLE_NODE, reason: 'SingleNode', what }
}

export function rateUndecided(figures: string, chance: number): MatchOf<'crash-rate-undecided'> {
  const what = `${figures}: more than tolerated, but by chance this happens in ${percent(chance)} of cases, too often to be sure`
  return { rule: RATE_UNDECIDED, reason: null, what }
}

export function noStablePods(figures: string): MatchOf<'no-stable-pods'> {
  return { rule: NO_STABLE_PODS, reason: null, what: `${figures}: there is no stable pod to compare with` }
}
