import type { Pod } from '../model/pod.ts'
import type { MatchOf, Rule } from './rule.ts'
import { count } from './words.ts'

const TOO_FEW_PODS = {
  id: 'too-few-pods',
  class: 'progressing',
  code: null,
  texts: {
    matches: ['fewer pods than `minPods`'],
    cause: 'The question asks for more pods than there are (in `/analyze/compare`: than have started).',
    remedy: 'Wait until they are there, or ask with a smaller `minPods`.',
  },
} as const satisfies Rule

const UNKNOWN_CONTAINER = {
  id: 'unknown-container',
  class: 'progressing',
  code: null,
  texts: {
    matches: ['no pod has a container of the name in `container`'],
    cause: 'Mostly a typing error: without this rule such a container would look healthy.',
    remedy: 'Correct `container`; the message lists the containers of a pod.',
  },
} as const satisfies Rule

const DATA_UNAVAILABLE = {
  id: 'data-unavailable',
  class: 'unknown',
  code: null,
  texts: {
    matches: ['objects that Lynceus may not read, has not read yet, or has not heard of for too long'],
    cause:
      'The API server does not answer, or the service account lacks a right. Missing data are never a pass.',
    remedy: 'The message names the resource; `/readyz` shows the state of each watch.',
  },
  next: 'none',
} as const satisfies Rule

const EVENTS_MISSING = {
  id: 'events-missing',
  class: 'warning',
  code: null,
  texts: {
    matches: ['events that cannot be read'],
    cause: 'Lynceus may not read events, or has not read them yet; some rules find nothing without them.',
    remedy: 'Give its service account `list` and `watch` on events.',
  },
} as const satisfies Rule

const BAD_ANNOTATION = {
  id: 'bad-annotation',
  class: 'warning',
  code: null,
  texts: {
    matches: ['an annotation `lynceus.dev/...` that means nothing'],
    cause: 'A `lynceus.dev/...` annotation of the workload has an unknown name or a value that is not valid.',
    remedy: 'Correct the annotation; until then it is ignored.',
  },
} as const satisfies Rule

/** What keeps a question from an answer, or limits the answer. */
export const ANSWER_RULES = [
  TOO_FEW_PODS,
  UNKNOWN_CONTAINER,
  DATA_UNAVAILABLE,
  EVENTS_MISSING,
  BAD_ANNOTATION,
] as const

/** `found` of the `wanted` pods `are` as they should be; `known` is what is said besides, without full stop. */
export function tooFewPods(
  found: number,
  wanted: number,
  are: 'exist' | 'have started',
  known = '',
): MatchOf<'too-few-pods'> {
  const only = `only ${found} of the ${count(wanted, 'pod')} asked for ${are}`
  const what = known === '' ? `O${only.slice(1)}` : `${known}, but ${only}`
  return { rule: TOO_FEW_PODS, reason: null, what }
}

/** The match when no pod has a container of this name. Null when a pod has one, without a name, and without pods. */
export function unknownContainer(
  pods: readonly Pod[],
  container: string | null,
): MatchOf<'unknown-container'> | null {
  if (container === null || pods.some((pod) => listContainers(pod).includes(container))) return null
  const [first] = pods.toSorted((left, right) => (left.name < right.name ? -1 : 1))
  if (first === undefined) return null
  const known = listContainers(first).join(', ')
  const what = `No pod has a container ${container}: pod ${first.name} has ${known}`
  return { rule: UNKNOWN_CONTAINER, reason: null, what }
}

/** Ephemeral containers never count. */
function listContainers({ spec }: Pod): string[] {
  return [...spec.initContainers, ...spec.containers].map(({ name }) => name)
}

/** `problem`: a sentence without full stop. */
export function dataUnavailable(problem: string): MatchOf<'data-unavailable'> {
  return { rule: DATA_UNAVAILABLE, reason: null, what: problem }
}

export function eventsMissing(): MatchOf<'events-missing'> {
  const what = 'Events cannot be read: failures to mount volumes or to create pods may go unseen'
  return { rule: EVENTS_MISSING, reason: null, what }
}

/** `problem`: what is wrong with it, as the rest of a sentence. */
export function badAnnotation(name: string, subject: string, problem: string): MatchOf<'bad-annotation'> {
  return {
    rule: BAD_ANNOTATION,
    reason: null,
    what: `Annotation ${name} of ${subject} ${problem}; it is ignored`,
  }
}
