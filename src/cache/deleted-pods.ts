import { HASH_LABELS } from '../model/hash-labels.ts'
import type { PodHistory } from '../model/history.ts'
import type { Seconds } from '../model/meta.ts'
import { MultiMap } from './multi-map.ts'
import { hasCrashed } from './terminations.ts'

/** How long the crashes of a removed pod are remembered, seconds: as long as the longest usual analysis. */
const REMEMBERED_SECONDS = 3600
/** Removed pods that are remembered (about 1 KB each); beyond this number some are forgotten early. */
const MAX_REMEMBERED_PODS = 10_000

/**
 * Decides which removed pods are forgotten. When there are too many, those that never crashed are forgotten first. Next is a
 * pod whose revision has another crashed pod, because that one still counts against the revision. Only when no revision has
 * two, the oldest crashed pod is forgotten.
 */
export class DeletedPods<H extends PodHistory> {
  /** Both in the order of removal. */
  readonly #quiet = new Set<H>()
  readonly #crashed = new Set<H>()
  readonly #crashedByRevision = new MultiMap<string, H>()

  /** Adds a removed pod; returns those to forget for it. */
  add(history: H): readonly H[] {
    if (!history.containers.some(hasCrashed)) this.#quiet.add(history)
    else {
      this.#crashed.add(history)
      this.#crashedByRevision.add(revisionKey(history), history)
    }
    if (this.#quiet.size + this.#crashed.size <= MAX_REMEMBERED_PODS) return []
    const least = first(this.#quiet) ?? this.#relatedTo(history) ?? first(this.#crashed)
    if (least === undefined) return []
    this.#remove(least)
    return [least]
  }

  /** Returns those that were removed too long ago. */
  takeOld(now: Seconds): readonly H[] {
    const old: H[] = []
    for (const removed of [this.#quiet, this.#crashed]) {
      for (const history of removed) {
        if (now - (history.removedAt ?? now) <= REMEMBERED_SECONDS) break
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

/** Its owner and the labels by which questions name a revision; a pod without an owner is its own revision. */
function revisionKey({ uid, owner, labels }: PodHistory): string {
  if (owner === null) return uid
  return [owner.uid, ...HASH_LABELS.map((label) => labels[label] ?? '')].join(' ')
}

function first<T>(values: Iterable<T>): T | undefined {
  const [value] = values
  return value
}
