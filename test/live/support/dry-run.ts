import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { at, isObject, type JsonObject, list, text } from './json.ts'
import type { KubeApi } from './kube-api.ts'
import { until } from './until.ts'

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

/** Installs the CustomResourceDefinitions of a folder whose file names match, and waits until they are served. */
export async function installDefinitions(api: KubeApi, folder: string, files: RegExp): Promise<void> {
  for (const file of readdirSync(folder).filter((name) => files.test(name))) {
    const definition: unknown = parse(readFileSync(join(folder, file), 'utf8'))
    if (!isObject(definition)) throw new Error(`${folder}/${file} holds no object`)
    await api.create(DEFINITIONS, definition)
    const name = text(definition, 'metadata', 'name')
    await until(
      `${name} being served`,
      () => api.get(`${DEFINITIONS}/${name}`),
      (answer) =>
        list(answer, 'status', 'conditions').some(
          (condition) => at(condition, 'type') === 'Established' && at(condition, 'status') === 'True',
        ),
    )
    await discovered(api, definition)
  }
}

/** The API server's discovery tells of a new resource some moments after it is established. */
async function discovered(api: KubeApi, definition: JsonObject): Promise<void> {
  const kind = text(definition, 'spec', 'names', 'kind')
  for (const version of list(definition, 'spec', 'versions')) {
    if (at(version, 'served') !== true) continue
    const path = `/apis/${text(definition, 'spec', 'group')}/${text(version, 'name')}`
    await until(
      `${kind} in ${path}`,
      () => api.get(path).catch(String),
      (found) => list(found, 'resources').some((one) => at(one, 'kind') === kind),
    )
  }
}

/**
 * Has the API server check an object as if it were created, with every validation, admission and unknown fields being
 * errors. Rejects with what the server says; otherwise nothing has happened.
 */
export async function createDry(api: KubeApi, object: JsonObject): Promise<JsonObject> {
  return api.create(`${await collectionOf(api, object)}?dryRun=All&fieldValidation=Strict`, object)
}

/** Path of the collection that an object belongs in, as the API server's discovery says. */
export async function collectionOf(api: KubeApi, object: JsonObject): Promise<string> {
  const version = text(object, 'apiVersion')
  const group = version.includes('/') ? `/apis/${version}` : `/api/${version}`
  const kind = text(object, 'kind')
  const resource = list(await api.get(group), 'resources').find(
    (one) => at(one, 'kind') === kind && !text(one, 'name').includes('/'),
  )
  if (resource === undefined) throw new Error(`the API server has no ${version} ${kind}`)
  const plural = text(resource, 'name')
  return at(resource, 'namespaced') === true
    ? `${group}/namespaces/${text(object, 'metadata', 'namespace')}/${plural}`
    : `${group}/${plural}`
}
