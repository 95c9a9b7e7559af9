import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { isObject, type JsonObject } from '../../live/support/json.ts'
import { chart, renderWithTests, type ValueSet } from './helm.ts'

/** Every key of values.yaml and of the objects in it, as `--set` names them. */
export const KEYS: readonly string[] = keysOf(parse(readFileSync(join(chart, 'values.yaml'), 'utf8')))

function keysOf(values: unknown, path: readonly string[] = []): string[] {
  if (!isObject(values)) return []
  return Object.entries(values).flatMap(([name, value]) => {
    const own = [...path, name]
    return [own.join('.'), ...keysOf(value, own)]
  })
}

/** What is rendered with a key set to null; null where helm refuses it by its name, or what helm says instead. */
export async function renderWithNull(set: ValueSet, key: string): Promise<JsonObject[] | string | null> {
  try {
    return await renderWithTests(set, { more: [`${key}=null`] })
  } catch (error) {
    // The first line has the command, which names the key too.
    const message = String(error).split('\n').slice(1).join('\n')
    return message.includes(`'${key.split('.').at(-1)}'`) || message.includes(key) ? null : message
  }
}
