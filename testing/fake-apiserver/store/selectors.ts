import { badRequest } from './api-status.ts'
import type { ResourceType } from './resource-type.ts'
import type { StoredObject } from './stored-object.ts'

/** Whether an object is asked for. */
export type Matcher = (object: StoredObject) => boolean

/** Which objects a request asks for. `selective` when it does not ask for all. */
export interface Filter {
  readonly namespace: string
  readonly selective: boolean
  readonly matches: Matcher
}

const EXISTS = /^(!?)\s*([\w./-]+)$/
const EQUALITY = /^([\w./-]+)\s*(=|==|!=)\s*([\w.-]*)$/
const SET = /^([\w./-]+)\s+(in|notin)\s*\(([^)]*)\)$/

/** Builds the filter of a request. Throws an ApiStatus (400) when a selector can't be parsed or names an unknown field. */
export function buildFilter(type: ResourceType, namespace: string, labels: string, fields: string): Filter {
  const matchers = [
    ...splitTop(labels).map(labelMatcher),
    ...splitTop(fields).map((part) => fieldMatcher(type, part)),
  ]
  if (namespace !== '') matchers.push((object) => object.namespace === namespace)
  return {
    namespace,
    selective: labels !== '' || fields !== '',
    matches: matchers.length === 0 ? () => true : (object) => matchers.every((matches) => matches(object)),
  }
}

/** Splits at commas outside of parentheses. */
function splitTop(selector: string): readonly string[] {
  const parts = selector.split(/,(?![^(]*\))/).map((part) => part.trim())
  return selector.trim() === '' ? [] : parts
}

function labelMatcher(part: string): Matcher {
  const exists = EXISTS.exec(part)
  if (exists !== null) {
    const [, not, key = ''] = exists
    return ({ labels }) => (labels[key] === undefined) === (not === '!')
  }
  const equality = EQUALITY.exec(part)
  if (equality !== null) {
    const [, key = '', operator, value] = equality
    return ({ labels }) => (labels[key] === value) === (operator !== '!=')
  }
  const set = SET.exec(part)
  if (set !== null) {
    const [, key = '', operator, list = ''] = set
    const values = new Set(list.split(',').map((value) => value.trim()))
    return ({ labels }) => {
      const value = labels[key]
      return (value !== undefined && values.has(value)) === (operator === 'in')
    }
  }
  throw badRequest(`unable to parse requirement: found '${part}', expected: identifier`)
}

function fieldMatcher(type: ResourceType, part: string): Matcher {
  const [, path = '', operator, value = ''] = /^([^=!]*)(==|=|!=)(.*)$/.exec(part) ?? []
  if (operator === undefined) throw badRequest(`invalid selector: '${part}'; can't understand '${part}'`)
  const wanted = operator !== '!='
  if (path === 'metadata.name') return ({ objectName }) => (objectName === value) === wanted
  if (path === 'metadata.namespace') return ({ namespace }) => (namespace === value) === wanted
  const index = type.selectable.indexOf(path)
  if (index < 0) throw badRequest(`field label not supported: ${path}`)
  return ({ fields }) => (fields[index] === value) === wanted
}
