import type { LabelSelector, Labels } from '../model/meta.ts'
import { matches } from '../model/selector.ts'
import { MultiMap } from './multi-map.ts'

interface Labelled {
  readonly labels: Labels
}

/** Objects of one namespace with equal labels: usually the pods of one template. */
interface Group<R> {
  readonly labels: Labels
  readonly members: Set<R>
}

/**
 * Finds objects by label. Objects with equal labels form a group, and each `key=value` and each key leads to the groups
 * that have it: a selector costs as much as the groups that its rarest requirement leads to, not the namespace's size.
 * Label sets must be interned (equal sets are the same object), else every object is a group of its own.
 */
export class LabelIndex<R extends Labelled> {
  readonly #groups = new Map<Labels, Group<R>>()
  /** By label key, then by value. */
  readonly #byLabel = new Map<string, MultiMap<string, Group<R>>>()

  get isEmpty(): boolean {
    return this.#groups.size === 0
  }

  add(object: R): void {
    let group = this.#groups.get(object.labels)
    if (group === undefined) {
      group = { labels: object.labels, members: new Set() }
      this.#groups.set(object.labels, group)
      for (const [key, value] of Object.entries(object.labels)) {
        const byValue = this.#byLabel.get(key)
        if (byValue === undefined) this.#byLabel.set(key, newMultiMap(value, group))
        else byValue.add(value, group)
      }
    }
    group.members.add(object)
  }

  remove(object: R): void {
    const group = this.#groups.get(object.labels)
    if (group === undefined) return
    group.members.delete(object)
    if (group.members.size > 0) return
    this.#groups.delete(object.labels)
    for (const [key, value] of Object.entries(object.labels)) {
      const byValue = this.#byLabel.get(key)
      byValue?.delete(value, group)
      if (byValue?.size === 0) this.#byLabel.delete(key)
    }
  }

  withLabel(key: string, value: string): R[] {
    return members(this.#byLabel.get(key)?.get(value) ?? [])
  }

  select(selector: LabelSelector): R[] {
    const matching: Group<R>[] = []
    for (const group of this.#candidates(selector)) {
      if (selector.every((requirement) => matches(requirement, group.labels))) matching.push(group)
    }
    return members(matching)
  }

  /** The smallest set of groups that holds all matches, by the requirement with the fewest groups. Each group comes once. */
  #candidates(selector: LabelSelector): Iterable<Group<R>> {
    let best: { readonly size: number; readonly groups: Iterable<Group<R>> } = {
      size: this.#groups.size,
      groups: this.#groups.values(),
    }
    for (const { key, operator, values } of selector) {
      if (operator !== 'In' && operator !== 'Exists') continue
      const byValue = this.#byLabel.get(key)
      if (byValue === undefined) return []
      if (operator === 'Exists') continue
      const distinct = [...new Set(values)]
      const size = distinct.reduce((sum, value) => sum + byValue.count(value), 0)
      if (size < best.size) best = { size, groups: concat(distinct.map((value) => byValue.get(value))) }
    }
    return best.groups
  }
}

function newMultiMap<V>(key: string, value: V): MultiMap<string, V> {
  const map = new MultiMap<string, V>()
  map.add(key, value)
  return map
}

function* concat<T>(sets: readonly Iterable<T>[]): Iterable<T> {
  for (const set of sets) yield* set
}

function members<R>(groups: Iterable<Group<R>>): R[] {
  const found: R[] = []
  for (const group of groups) for (const member of group.members) found.push(member)
  return found
}
