import type { PodHistory } from '../../model/history.ts'
import type { Seconds } from '../../model/meta.ts'
import type { ClusterView } from '../../model/view.ts'
import type { Tolerance } from '../../question/question.ts'
import type { Members } from '../../question/resolved-target.ts'
import { isCrash } from '../../rules/restart-policy.ts'
import { type CrashKind, type Exposure, isExposed, type Span } from './exposure.ts'
import { compareRates } from './rate-test.ts'

/** Healthy pods elsewhere that make a node the likelier cause, where nothing else crashes on it. */
const HEALTHY_ELSEWHERE = 2

/**
 * The canary's crashes of kinds that the stable revision shows as well, since the canary began, about as often: whatever
 * makes both fail is not the new revision.
 */
export function sharedCrashes(canary: Exposure, stable: Exposure, tolerance: Tolerance): number {
  let shared = 0
  for (const [kind, crashes] of canary.crashes) {
    const same = stable.crashes.get(kind) ?? 0
    if (same > 0 && !isWorse(kind, canary, stable, tolerance)) shared += crashes
  }
  return shared
}

function isWorse(kind: CrashKind, canary: Exposure, stable: Exposure, tolerance: Tolerance): boolean {
  const rate = ({ crashes, podSeconds }: Exposure) => ({ crashes: crashes.get(kind) ?? 0, podSeconds })
  return compareRates(rate(canary), rate(stable), tolerance).outcome === 'proven'
}

/**
 * The node on which alone the canary crashes, while its pods on other nodes don't, and either several of those do well
 * or pods of others crash on that node too. Null when the node is not to blame, or when that can't be known, as of pods
 * that are gone.
 */
export function nodeToBlame({ pods, histories }: Members, view: ClusterView, span: Span): string | null {
  const crashed = new Set(histories.filter((one) => crashedIn(one, span)).map(({ uid }) => uid))
  if (crashed.size === 0 || histories.some(({ uid, removedAt }) => crashed.has(uid) && removedAt !== null))
    return null
  const [node, ...others] = new Set(pods.filter(({ uid }) => crashed.has(uid)).map((pod) => pod.node))
  if (node === undefined || node === '' || others.length > 0) return null
  const healthy = pods.filter((pod) => pod.node !== node && isExposed(pod)).length
  if (healthy === 0) return null
  return healthy >= HEALTHY_ELSEWHERE || othersCrashOn(node, pods, view, span) ? node : null
}

/** Whether pods of other revisions or workloads in the namespace crashed on the node, and none of them elsewhere. */
function othersCrashOn(node: string, own: Members['pods'], view: ClusterView, span: Span): boolean {
  const [first] = own
  if (first === undefined) return false
  const uids = new Set(own.map(({ uid }) => uid))
  const crashed = view.objects.pods
    .select(first.namespace, [])
    .filter(({ uid }) => !uids.has(uid) && crashedIn(view.histories.byUid(uid), span))
  return crashed.length > 0 && crashed.every((pod) => pod.node === node)
}

function crashedIn(history: PodHistory | undefined, { since }: Pick<Span, 'since'>): boolean {
  const from: Seconds = since ?? 0
  return (
    history?.containers.some(({ terminations, kind, restartPolicy }) =>
      terminations.some((end) => end.at >= from && isCrash(end, kind, undefined, restartPolicy)),
    ) ?? false
  )
}
