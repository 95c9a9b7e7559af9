import type { CustomResource } from '../model/records.ts'

/** Custom resources at most: each has a watch of its own. */
export const MAX_CUSTOM_RESOURCES = 32

const NAME = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?'
const GROUP = new RegExp(`^${NAME}(?:\\.${NAME})+$`)
const VERSION = /^v[0-9]+(?:(?:alpha|beta)[0-9]+)?$/
const KIND = /^[A-Z][A-Za-z0-9]{0,62}$/
const PLURAL = new RegExp(`^${NAME}$`)

/** Groups whose kinds have files of their own. */
const KNOWN: ReadonlySet<string> = new Set(['argoproj.io/Rollout'])

/** A text names no custom resource; the message says what is wrong with it. */
export class CustomResourceError extends Error {
  override readonly name = 'CustomResourceError'
}

/**
 * Parses `GROUP/VERSION/KIND`, or `GROUP/VERSION/KIND=PLURAL` where the plural is not the usual one. Throws a
 * CustomResourceError.
 */
export function parseCustomResource(text: string): CustomResource {
  const [name = '', given, ...more] = text.split('=')
  const [group = '', version = '', kind = '', ...rest] = name.split('/')
  const example = 'expected GROUP/VERSION/KIND, such as apps.kruise.io/v1alpha1/CloneSet'
  if (more.length > 0 || rest.length > 0) throw new CustomResourceError(`"${text}": ${example}`)
  if (!GROUP.test(group))
    throw new CustomResourceError(`"${text}": "${group}" is not an API group; ${example}`)
  if (!VERSION.test(version))
    throw new CustomResourceError(`"${text}": "${version}" is not a version; ${example}`)
  if (!KIND.test(kind)) throw new CustomResourceError(`"${text}": "${kind}" is not a kind; ${example}`)
  if (KNOWN.has(`${group}/${kind}`))
    throw new CustomResourceError(`"${text}": Lynceus watches ${kind}s anyway`)
  const plural = given ?? guessPlural(kind)
  if (!PLURAL.test(plural)) throw new CustomResourceError(`"${text}": "${plural}" is not a plural`)
  return { group, version, kind, plural }
}

/** Parses a list. Throws a CustomResourceError. */
export function parseCustomResources(texts: readonly string[]): CustomResource[] {
  const found = texts.map((text) => parseCustomResource(text.trim()))
  if (found.length > MAX_CUSTOM_RESOURCES)
    throw new CustomResourceError(`${found.length} custom resources; the limit is ${MAX_CUSTOM_RESOURCES}`)
  const names = found.map(({ kind, group }) => `${kind}.${group}`)
  const plurals = found.map(({ plural, group }) => `${plural}.${group}`)
  const twice = findTwice(names) ?? findTwice(plurals)
  if (twice !== undefined) throw new CustomResourceError(`${twice} is named twice`)
  return found
}

function findTwice(names: readonly string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) !== index)
}

/** As the usual generators of definitions name it; those that do otherwise need `=PLURAL`. */
function guessPlural(kind: string): string {
  const singular = kind.toLowerCase()
  if (/(?:s|x|ch|sh)$/.test(singular)) return `${singular}es`
  return /[^aeiou]y$/.test(singular) ? `${singular.slice(0, -1)}ies` : `${singular}s`
}
