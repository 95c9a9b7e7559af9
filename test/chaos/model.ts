import { type PodTale, type ReleaseTale, type Tale, type WorkloadTale, workloadKey } from './tale.ts'
import type { Told } from './told.ts'
import type { Witness } from './witness.ts'

/** What is wrong with what was told, given what happened. It knows the documentation, and nothing of the notifier. */
export function* faultsOfTale(tale: Tale, told: readonly Told[], witness: Witness): Iterable<string> {
  const ofPods = new Map<string, Told[]>()
  const ofWorkloads = new Map<string, Told[]>()
  for (const one of told) {
    const { kind, name } = one.workload
    const [map, key] =
      one.pod === null
        ? [ofWorkloads, workloadKey({ kind, name, namespace: one.app.namespace })]
        : [ofPods, one.pod]
    map.set(key, [...(map.get(key) ?? []), one])
  }
  for (const [name, events] of ofPods)
    if (!tale.pods.has(name)) yield `no pod ${name}: ${JSON.stringify(events)}`
  for (const [key, events] of ofWorkloads)
    if (!tale.workloads.has(key)) yield `${key} was never released: ${JSON.stringify(events)}`
  for (const pod of tale.pods.values()) yield* faultsOfPod(pod, ofPods.get(pod.name) ?? [], witness)
  for (const workload of tale.workloads.values())
    yield* faultsOfWorkload(workload, ofWorkloads.get(workloadKey(workload)) ?? [], witness)
}

/** `events` in the order in which they were told. */
function* faultsOfPod(pod: PodTale, events: readonly Told[], witness: Witness): Iterable<string> {
  const says = (what: string) => `pod ${pod.name}: ${what}; told: ${events.map(summary).join(', ')}`
  for (const { app } of events)
    if (app.name !== pod.app || app.namespace !== pod.namespace) yield says(`app ${pod.app} was expected`)
  const crashes = events.filter(({ kind, exitCode }) => kind === 'crashed' && exitCode !== null)
  const troubles = events.filter(({ kind, exitCode }) => kind === 'crashed' && exitCode === null)
  const recoveries = events.filter(({ kind }) => kind === 'recovered')
  yield* faultsOfCount(pod, crashes, witness, says)
  if (troubles.length > (pod.noImage === null ? 0 : 1) || troubles.some(({ code }) => code !== 'H99'))
    yield says('trouble that it did not have')
  if (pod.noImage !== null && witness.saw(pod.noImage) && troubles.length === 0)
    yield says('no image, not told')
  const starts = pod.noImage === null ? pod.up.length - 1 : pod.up.length
  if (recoveries.length > starts) yield says(`recovered ${starts} times`)
  if (isThere(pod) && pod.crashes.length > 0 && events.at(-1)?.kind !== 'recovered')
    yield says('it runs again, not told')
  for (const [index, { kind, restarts }] of events.entries()) {
    const before = events[index - 1]
    if (before !== undefined && before.restarts > restarts) yield says('told in the wrong order')
    if (kind === 'recovered' && before?.kind !== 'crashed') yield says('recovered from nothing')
  }
}

/** However its crashes were put together in events: each is told once. */
function* faultsOfCount(
  pod: PodTale,
  events: readonly Told[],
  witness: Witness,
  says: (what: string) => string,
): Iterable<string> {
  const told = events.reduce((sum, { count }) => sum + count, 0)
  const happened = pod.crashes.length
  const [first] = pod.crashes
  const last = pod.crashes.at(-1)
  if (told > happened) yield says(`${happened} crashes, told ${told}`)
  if (first === undefined || last === undefined) return
  const whole = isThere(pod) || witness.saw({ from: last, to: pod.deletedAt })
  if (whole && told < happened) yield says(`${happened} crashes, told only ${told}`)
  if (told === 0 && witness.saw({ from: first, to: pod.deletedAt })) yield says('crashed, not told')
}

function* faultsOfWorkload(
  workload: WorkloadTale,
  events: readonly Told[],
  witness: Witness,
): Iterable<string> {
  const played = workload.releases.map(nameOf)
  const told = events.map(({ release, kind }) => `${kind} ${release?.id}`)
  const seen = workload.releases.map((one) => `${nameOf(one)}${witness.saw(one.span) ? '' : ' (unseen)'}`)
  const says = (what: string) =>
    `${workloadKey(workload)}: ${what}; played: ${seen.join(', ')}; told: ${told.join(', ')}`
  if (!isSubsequence(told, played)) yield says('told what did not happen, twice or in the wrong order')
  const musts = [...due(workload, witness)].map(nameOf)
  for (const must of new Set(musts)) {
    const times = musts.filter((one) => one === must).length
    const heard = told.filter((one) => one === must).length
    if (heard < times) yield says(`${must} should have been told ${times} times`)
  }
}

/**
 * Releases that must have been told: those that were seen. Not so one that is no other than the last that was seen: to who
 * did not see what was between, nothing happened.
 */
function* due({ before, releases }: WorkloadTale, witness: Witness): Iterable<ReleaseTale> {
  let unsure = [nameOf({ outcome: 'released', id: before })]
  for (const release of releases) {
    const seen = witness.saw(release.span)
    if (seen && !unsure.includes(nameOf(release))) yield release
    unsure = seen ? [nameOf(release)] : [...unsure, nameOf(release)]
  }
}

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0
  return part.every((one) => {
    at = whole.indexOf(one, at) + 1
    return at > 0
  })
}

function nameOf({ outcome, id }: Pick<ReleaseTale, 'outcome' | 'id'>): string {
  return `${outcome} ${id}`
}

function isThere({ deletedAt }: PodTale): boolean {
  return deletedAt === Number.POSITIVE_INFINITY
}

function summary({ kind, count, restarts, code }: Told): string {
  return `${kind}${code === null ? '' : ` ${code}`} (count ${count}, restarts ${restarts})`
}
