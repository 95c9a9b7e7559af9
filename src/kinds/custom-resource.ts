import { type CustomResource, customResourceName } from '../model/records.ts'

/** Custom resources at most: each has a watch of its own. */
const MAX_CUSTOM_RESOURCES = 32

const NAME = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?'
const GROUP = `(?<group>${NAME}(?:\\.${NAME})+)`
const VERSION = '(?<version>v[0-9]+(?:(?:alpha|beta)[0-9]+)?)'
/** `GROUP/VERSION/KIND`, or `GROUP/VERSION/KIND=PLURAL` where the plural is not the usual one. */
export const CUSTOM_RESOURCE_PATTERN = `^${GROUP}/${VERSION}/(?<kind>[A-Z][A-Za-z0-9]{0,62})(?:=(?<plural>${NAME}))?$`
const CUSTOM_RESOURCE = new RegExp(CUSTOM_RESOURCE_PATTERN)

/** Groups whose kinds have files of their own. */
const KNOWN: ReadonlySet<string> = new Set(['rollouts.argoproj.io'])

/** Texts that name no custom resources; the message says what is wrong with them. */
export class CustomResourceError extends Error {
  override readonly name = 'CustomResourceError'
}

/** Parses a list of `GROUP/VERSION/KIND[=PLURAL]`. Throws a CustomResourceError. */
export function parseCustomResources(texts: readonly string[]): CustomResource[] {
  if (texts.length > MAX_CUSTOM_RESOURCES)
    throw new CustomResourceError(`${texts.length} custom resources; the limit is ${MAX_CUSTOM_RESOURCES}`)
  const found = texts.map(parseCustomResource)
  const names = found.map(customResourceName)
  const twice = findTwice(found.map(({ kind, group }) => `${kind}.${group}`)) ?? findTwice(names)
  if (twice !== undefined) throw new CustomResourceError(`${twice} is named twice`)
  const [known] = names.filter((name) => KNOWN.has(name))
  if (known !== undefined) throw new CustomResourceError(`${known} is always watched; do not name it`)
  return found
}

function parseCustomResource(text: string): CustomResource {
  const { group, version, kind, plural } = CUSTOM_RESOURCE.exec(text)?.groups ?? {}
  if (group === undefined || version === undefined || kind === undefined)
    throw new CustomResourceError(
      `"${text}" is not GROUP/VERSION/KIND, such as apps.kruise.io/v1alpha1/CloneSet`,
    )
  return { group, version, kind, plural: plural ?? guessPlural(kind) }
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
