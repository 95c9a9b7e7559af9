import type { LabelSelector, Labels, Meta } from './meta.ts'

/**
 * What an evaluation read from the view, as keys: it gives the same result until one of them changes. A change of an object
 * changes the keys that changeKeys() lists.
 */
export type Dependencies = ReadonlySet<string>

/** Every change of any object. */
export const ANYTHING = '*'

/** The object of this UID. */
export function uidKey(uid: string): string {
  return `u${uid}`
}

/** The objects that this one owns; of events, those about it. */
export function ownedKey(uid: string): string {
  return `o${uid}`
}

/** The object of this name. */
export function nameKey(resource: string, namespace: string, name: string): string {
  return `n${resource}/${namespace}/${name}`
}

/** The objects of a namespace. */
export function namespaceKey(resource: string, namespace: string): string {
  return `r${resource}/${namespace}`
}

/** The objects of a namespace that have a label with this value. */
export function labelKey(resource: string, namespace: string, key: string, value: string): string {
  return `l${resource}/${namespace}/${key}=${value}`
}

/** What decides which objects match a selector: no object begins or ends to match it without a change of one of these. */
export function selectorKeys(resource: string, namespace: string, selector: LabelSelector): string[] {
  const required = selector.find(({ operator }) => operator === 'In')
  return required === undefined
    ? [namespaceKey(resource, namespace)]
    : required.values.map((value) => labelKey(resource, namespace, required.key, value))
}

/** Calls back with each key that a change of an object concerns. */
export function visitKeys(
  resource: string,
  {
    uid,
    namespace,
    name,
    labels,
    owner,
  }: Pick<Meta, 'uid' | 'namespace' | 'name' | 'owner'> & { readonly labels: Labels },
  visit: (key: string) => void,
): void {
  visit(ANYTHING)
  visit(uidKey(uid))
  if (owner !== null) visit(ownedKey(owner.uid))
  visit(nameKey(resource, namespace, name))
  visit(namespaceKey(resource, namespace))
  for (const key in labels) visit(labelKey(resource, namespace, key, labels[key] ?? ''))
}
