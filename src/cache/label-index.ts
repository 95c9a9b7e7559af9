import type { LabelSelector, Labels, Requirement } from '../model/meta.ts'

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
  readonly #byPair = new Map<string, Set<Group<R>>>()
  readonly #byKey = new Map<string, Set<Group<R>>>()

  add(object: R): void {
    let group = this.#groups.get(object.labels)
    if (group === undefined) {
      group = { labels: object.labels, members: new Set() }
      this.#groups.set(object.labels, group)
      for (const [key, value] of Object.entries(object.labels)) {
        join(this.#byPair, pair(key, value), group)
        join(this.#byKey, key, group)
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
      leave(this.#byPair, pair(key, value), group)
      leave(this.#byKey, key, group)
    }
  }

  withLabel(key: string, value: string): R[] {
    return members(this.#byPair.get(pair(key, value)) ?? [])
  }

  select(selector: LabelSelector): R[] {
    const matching: Group<R>[] = []
    for (const group of this.#candidates(selector)) {
      if (selector.every((requirement) => matches(requirement, group.labels))) matching.push(group)
    }
    return members(matching)
  }

  /** The smallest set of groups that holds all matches, by the most telling requirement. */
  #candidates(selector: LabelSelector): Iterable<Group<R>> {
    let best: { readonly size: number; readonly sets: readonly ReadonlySet<Group<R>>[] } | undefined
    for (const { key, operator, values } of selector) {
      if (operator !== 'In' && operator !== 'Exists') continue
      const found =
        operator === 'In'
          ? [...new Set(values)].map((value) => this.#byPair.get(pair(key, value)))
          : [this.#byKey.get(key)]
      const sets = found.filter((set) => set !== undefined)
      const size = sets.reduce((sum, set) => sum + set.size, 0)
      if (best === undefined || size < best.size) best = { size, sets }
    }
    return best === undefined ? this.#groups.values() : concat(best.sets)
  }
}

/** Whether labels fulfil a requirement, as Kubernetes defines it: NotIn holds where the key is absent. */
export function matches({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
  }
}

/** `=` can't occur in a label key, so pairs are unambiguous. */
function pair(key: string, value: string): string {
  return `${key}=${value}`
}

function* concat<T>(sets: readonly ReadonlySet<T>[]): Iterable<T> {
  for (const set of sets) yield* set
}

function members<R>(groups: Iterable<Group<R>>): R[] {
  const found: R[] = []
  for (const group of groups) for (const member of group.members) found.push(member)
  return found
}

function join<T>(index: Map<string, Set<T>>, key: string, value: T): void {
  const set = index.get(key)
  if (set === undefined) index.set(key, new Set([value]))
  else set.add(value)
}

function leave<T>(index: Map<string, Set<T>>, key: string, value: T): void {
  const set = index.get(key)
  set?.delete(value)
  if (set?.size === 0) index.delete(key)
}
