import type { LeaderCoverage } from './leader-coverage.ts'
import type { ReceivedEvent } from './received-events.ts'
import {
  buildWorkloadKey,
  type PodTimeline,
  type ReleaseRecord,
  type Timeline,
  type WorkloadTimeline,
} from './timeline.ts'

/** Compares received events with what happened, by the rules in the documentation; it does not know the notifier. */
export function* findViolations(
  timeline: Timeline,
  reported: readonly ReceivedEvent[],
  coverage: LeaderCoverage,
): Iterable<string> {
  const byPod = new Map<string, ReceivedEvent[]>()
  const byWorkload = new Map<string, ReceivedEvent[]>()
  for (const one of reported) {
    const { kind, name } = one.workload
    const [map, key] =
      one.pod === null
        ? [byWorkload, buildWorkloadKey({ kind, name, namespace: one.app.namespace })]
        : [byPod, one.pod]
    map.set(key, [...(map.get(key) ?? []), one])
  }
  for (const [name, events] of byPod)
    if (!timeline.pods.has(name)) yield `no pod ${name}: ${JSON.stringify(events)}`
  for (const [key, events] of byWorkload)
    if (!timeline.workloads.has(key)) yield `${key} was never released: ${JSON.stringify(events)}`
  for (const pod of timeline.pods.values()) yield* findPodViolations(pod, byPod.get(pod.name) ?? [], coverage)
  for (const workload of timeline.workloads.values())
    yield* findWorkloadViolations(workload, byWorkload.get(buildWorkloadKey(workload)) ?? [], coverage)
}

/** `events` in the order in which they were received. */
function* findPodViolations(
  pod: PodTimeline,
  events: readonly ReceivedEvent[],
  coverage: LeaderCoverage,
): Iterable<string> {
  const violation = (what: string) =>
    `pod ${pod.name}: ${what}; received: ${events.map(describeEvent).join(', ')}`
  for (const { app } of events)
    if (app.name !== pod.app || app.namespace !== pod.namespace)
      yield violation(`app ${pod.app} was expected`)
  const crashes = events.filter(({ kind, exitCode }) => kind === 'crashed' && exitCode !== null)
  const failures = events.filter(({ kind, exitCode }) => kind === 'crashed' && exitCode === null)
  const recoveries = events.filter(({ kind }) => kind === 'recovered')
  yield* findCountViolations(pod, crashes, coverage, violation)
  if (failures.length > (pod.withoutImage === null ? 0 : 1) || failures.some(({ code }) => code !== 'H99'))
    yield violation('a failure that it did not have')
  if (pod.withoutImage !== null && coverage.covers(pod.withoutImage) && failures.length === 0)
    yield violation('no image, not reported')
  const starts = pod.withoutImage === null ? pod.running.length - 1 : pod.running.length
  if (recoveries.length > starts) yield violation(`recovered ${starts} times`)
  if (isPresent(pod) && pod.crashes.length > 0 && events.at(-1)?.kind !== 'recovered')
    yield violation('it runs again, not reported')
  for (const [index, { kind, restarts }] of events.entries()) {
    const before = events[index - 1]
    if (before !== undefined && before.restarts > restarts) yield violation('reported in the wrong order')
    if (kind === 'recovered' && before?.kind !== 'crashed') yield violation('recovered from nothing')
  }
}

/** Each crash must be counted once, in whichever event. */
function* findCountViolations(
  pod: PodTimeline,
  events: readonly ReceivedEvent[],
  coverage: LeaderCoverage,
  violation: (what: string) => string,
): Iterable<string> {
  const reported = events.reduce((sum, { count }) => sum + count, 0)
  const happened = pod.crashes.length
  const [first] = pod.crashes
  const last = pod.crashes.at(-1)
  if (reported > happened) yield violation(`${happened} crashes, ${reported} reported`)
  if (first === undefined || last === undefined) return
  const mustBeComplete = isPresent(pod) || coverage.covers({ from: last, to: pod.deletedAt })
  if (mustBeComplete && reported < happened) yield violation(`${happened} crashes, only ${reported} reported`)
  if (reported === 0 && coverage.covers({ from: first, to: pod.deletedAt }))
    yield violation('crashed, not reported')
}

function* findWorkloadViolations(
  workload: WorkloadTimeline,
  events: readonly ReceivedEvent[],
  coverage: LeaderCoverage,
): Iterable<string> {
  const happened = workload.releases.map(describeRelease)
  const reported = events.map(({ release, kind }) => `${kind} ${release?.id}`)
  const seen = workload.releases.map(
    (one) => `${describeRelease(one)}${coverage.covers(one.span) ? '' : ' (unseen)'}`,
  )
  const violation = (what: string) =>
    `${buildWorkloadKey(workload)}: ${what}; happened: ${seen.join(', ')}; received: ${reported.join(', ')}`
  if (!isSubsequence(reported, happened))
    yield violation('reported what did not happen, twice or in the wrong order')
  const expected = [...listExpectedReleases(workload, coverage)].map(describeRelease)
  for (const release of new Set(expected)) {
    const times = expected.filter((one) => one === release).length
    const received = reported.filter((one) => one === release).length
    if (received < times) yield violation(`${release} should have been reported ${times} times`)
  }
}

/**
 * Releases that must be reported: those that a leader saw, except one that equals the last release it saw before. If no
 * leader saw the releases between them, nothing changed for it.
 */
function* listExpectedReleases(
  { baseline, releases }: WorkloadTimeline,
  coverage: LeaderCoverage,
): Iterable<ReleaseRecord> {
  let possiblyKnown = [describeRelease({ outcome: 'released', id: baseline })]
  for (const release of releases) {
    const seen = coverage.covers(release.span)
    if (seen && !possiblyKnown.includes(describeRelease(release))) yield release
    possiblyKnown = seen ? [describeRelease(release)] : [...possiblyKnown, describeRelease(release)]
  }
}

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0
  return part.every((one) => {
    at = whole.indexOf(one, at) + 1
    return at > 0
  })
}

function describeRelease({ outcome, id }: Pick<ReleaseRecord, 'outcome' | 'id'>): string {
  return `${outcome} ${id}`
}

function isPresent({ deletedAt }: PodTimeline): boolean {
  return deletedAt === Number.POSITIVE_INFINITY
}

function describeEvent({ kind, count, restarts, code }: ReceivedEvent): string {
  return `${kind}${code === null ? '' : ` ${code}`} (count ${count}, restarts ${restarts})`
}
