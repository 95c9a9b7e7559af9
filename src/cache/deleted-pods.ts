import type { PodHistory } from '../model/history.ts'
import type { Seconds } from '../model/meta.ts'
import { MultiMap } from './multi-map.ts'
import { hasCrashed } from './terminations.ts'

/** How long the crashes of a pod are remembered after it is gone: as long as the longest usual analysis. */
const REMEMBERED_SECONDS = 3600
/** Gone pods that are remembered at most (about 1 KB each); beyond it some are forgotten early. */
const REMEMBERED_PODS = 10_000

/**
 * Says which of the pods that went are to be forgotten. When there are too many, first those that never crashed. Then
 * pods stand for each other: one goes whose revision has another crashed one, which still speaks against it. Only where
 * none stands for another, the oldest is lost.
 */
export class DeletedPods<H extends PodHistory> {
  /** Both in the order in which they went. */
  readonly #quiet = new Set<H>()
  readonly #crashed = new Set<H>()
  readonly #crashedByRevision = new MultiMap<string, H>()

  /** One more went; gives those to forget for it. */
  add(history: H): readonly H[] {
    if (!history.containers.some(hasCrashed)) this.#quiet.add(history)
    else {
      this.#crashed.add(history)
      this.#crashedByRevision.add(revisionKey(history), history)
    }
    if (this.#quiet.size + this.#crashed.size <= REMEMBERED_PODS) return []
    const least = first(this.#quiet) ?? this.#relatedTo(history) ?? first(this.#crashed)
    if (least === undefined) return []
    this.#remove(least)
    return [least]
  }

  /** Gives those that went too long ago. */
  takeOld(now: Seconds): readonly H[] {
    const old: H[] = []
    for (const went of [this.#quiet, this.#crashed]) {
      for (const history of went) {
        if (now - (history.goneAt ?? now) <= REMEMBERED_SECONDS) break
        old.push(history)
      }
    }
    for (const history of old) this.#remove(history)
    return old
  }

  /** The oldest crashed pod of the same revision, when there is another than this. */
  #relatedTo(history: H): H | undefined {
    const revision = revisionKey(history)
    return this.#crashedByRevision.count(revision) < 2
      ? undefined
      : first(this.#crashedByRevision.get(revision))
  }

  #remove(history: H): void {
    this.#quiet.delete(history)
    this.#crashed.delete(history)
    this.#crashedByRevision.delete(revisionKey(history), history)
  }
}

/** What tells the revisions of one owner apart; whoever asks for one asks for such a label. */
const REVISION_LABELS = ['pod-template-hash', 'rollouts-pod-template-hash', 'controller-revision-hash']

/** Its owner and revision; a pod without an owner is one by itself. */
function revisionKey({ uid, owner, labels }: PodHistory): string {
  if (owner === null) return uid
  return [owner.uid, ...REVISION_LABELS.map((label) => labels[label] ?? '')].join(' ')
}

function first<T>(values: Iterable<T>): T | undefined {
  const [value] = values
  return value
}
