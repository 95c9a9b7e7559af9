import type { PodHistory } from '../../model/history.ts'
import type { ClusterView } from '../../model/view.ts'
import type { Tolerance } from '../../question/question.ts'
import type { Members } from '../../question/resolved-target.ts'
import { listCrashes } from '../crash-count.ts'
import { type CrashKind, type Exposure, isExposed, type Span } from './exposure.ts'
import { compareRates } from './rate-test.ts'

/** Healthy pods on other nodes that make a node the likelier cause when no other pod crashes on it. */
const MIN_HEALTHY_ELSEWHERE = 2

/**
 * The number of canary crashes of kinds that the stable revision has about as often since the canary began: their cause is
 * not the new revision.
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
  return compareRates(rate(canary), rate(stable), tolerance).outcome === 'worse'
}

/**
 * The only node on which the canary crashes, when its pods on other nodes are healthy and either there are several of them
 * or pods of other revisions crash on that node too. Null when the node is not the cause, or when nothing shows it: the node
 * of a deleted pod is unknown.
 */
export function nodeToBlame({ pods, histories }: Members, view: ClusterView, span: Span): string | null {
  const crashed = new Set(histories.filter((one) => crashedIn(one, span)).map(({ uid }) => uid))
  if (crashed.size === 0 || histories.some(({ uid, removedAt }) => crashed.has(uid) && removedAt !== null))
    return null
  const [node, ...others] = new Set(pods.filter(({ uid }) => crashed.has(uid)).map((pod) => pod.node))
  if (node === undefined || node === '' || others.length > 0) return null
  const healthy = pods.filter((pod) => pod.node !== node && isExposed(pod)).length
  if (healthy === 0) return null
  return healthy >= MIN_HEALTHY_ELSEWHERE || othersCrashOn(node, pods, view, span) ? node : null
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

function crashedIn(history: PodHistory | undefined, { since }: Span): boolean {
  return history !== undefined && listCrashes(history, since).length > 0
}
