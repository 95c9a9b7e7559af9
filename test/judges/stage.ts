import { analyzeOverall } from '../../src/analyze/overall.ts'
import { ClusterCache } from '../../src/cache/cluster-cache.ts'
import { Decoder } from '../../src/cluster/decode/decoder.ts'
import { listResources, parseKind } from '../../src/kinds/index.ts'
import type { Seconds } from '../../src/model/meta.ts'
import type { CustomResource } from '../../src/model/records.ts'
import { ALL_NAMESPACES } from '../../src/model/watch-state.ts'
import { plainQuestion } from '../../src/question/question.ts'
import { applyEvent, RecordingError } from '../../src/replay/recording.ts'
import type { Verdict } from '../../src/rules/verdict.ts'
import { at, isObject, type JsonObject, text } from '../live/support/json.ts'
import { surround } from './surroundings.ts'

/** Groups of Kubernetes whose kinds have a meaning of their own, and are no custom resources. */
const OWN_GROUPS = /^(?:|apps|batch|extensions|policy|autoscaling|.*\.k8s\.io)$/
/** When a fixture without any time is judged. */
const SOME_TIME = '2020-01-01T00:00:00Z'
/**
 * Seconds between the newest time of a fixture and the moment at which it is judged: pods that have just become ready are
 * not believed for 10 s, and no cause that needs a threshold to pass has one below that.
 */
const AFTER_SECONDS = 60
/** Seconds after which no threshold or deadline of a fixture is still to pass. */
const LATER_SECONDS = 3600
/** A fixture does not say how stale its data are. */
const NEVER_STALE = Number.POSITIVE_INFINITY

/** How Lynceus judges a fixture. */
export interface Judgement {
  /** `pending, then fail`: it is too early for a fail. */
  readonly verdict: Verdict | 'pending, then fail' | 'unreadable'
  readonly message: string
}

/** The judgement of a fixture; null where Lynceus does not judge its kind. */
export function judge(fixture: JsonObject): Judgement | null {
  const custom = parseCustom(fixture)
  const known = custom === null ? [] : [custom]
  const kind = parseKind([text(fixture, 'kind'), custom?.group].filter(Boolean).join('.'), known)
  if (kind === undefined) return null
  const newest = findTimes(fixture).toSorted().at(-1) ?? SOME_TIME
  const now = Date.parse(newest) / 1000 + AFTER_SECONDS
  const object = complete(fixture, newest)
  const cache = new ClusterCache(known)
  try {
    fill(cache, [object, ...surround(object, newest)], now)
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error
    return { verdict: 'unreadable', message: error.message }
  }
  const name = text(object, 'metadata', 'name')
  const question = plainQuestion(text(object, 'metadata', 'namespace'), { type: 'object', kind, name })
  const ask = (at: Seconds) => analyzeOverall(cache, question, at, NEVER_STALE).answer
  const { verdict, message } = ask(now)
  const isEarly = verdict === 'pending' && ask(now + LATER_SECONDS).verdict === 'fail'
  return { verdict: isEarly ? 'pending, then fail' : verdict, message }
}

function fill(cache: ClusterCache, listed: readonly JsonObject[], now: Seconds): void {
  const { customResources } = cache
  const { objects } = new Decoder(customResources)
  for (const { name } of listResources(customResources))
    cache.setWatchState(name, ALL_NAMESPACES, { type: 'working' })
  for (const object of listed) applyEvent(cache, objects, { t: 0, type: 'ADDED', object, line: 1 }, now)
}

/** The custom resource of an object; null for kinds that Lynceus always knows, and those of Kubernetes itself. */
function parseCustom(object: JsonObject): CustomResource | null {
  const [version = '', group = ''] = text(object, 'apiVersion').split('/').toReversed()
  const kind = text(object, 'kind')
  const isRollout = group === 'argoproj.io' && kind === 'Rollout'
  if (isRollout || OWN_GROUPS.test(group)) return null
  return { group, version, kind, plural: `${kind.toLowerCase()}s` }
}

/** Every RFC 3339 time of a fixture, but for that by which it shall be gone: it is in the future. */
function findTimes(value: unknown): string[] {
  if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? [value] : []
  if (Array.isArray(value)) return value.flatMap(findTimes)
  return isObject(value)
    ? Object.entries(value).flatMap(([name, inner]) => (name === 'deletionTimestamp' ? [] : findTimes(inner)))
    : []
}

/** What the API server gives every object, and fixtures leave out. */
function complete(fixture: JsonObject, createdAt: string): JsonObject {
  const given = isObject(fixture.metadata) ? fixture.metadata : {}
  const defaults = { name: 'fixture', namespace: 'default', uid: 'fixture', resourceVersion: '1' }
  const creationTimestamp = at(given, 'creationTimestamp') ?? createdAt
  return { ...fixture, metadata: { ...defaults, ...given, creationTimestamp } }
}
