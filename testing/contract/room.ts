import { setTimeout as sleep } from 'node:timers/promises'
import { isObject, type JsonObject, objectAt, stringAt } from '../fake-apiserver/json.ts'
import type { ContractClient, ContractTarget } from './client.ts'
import { pod } from './objects.ts'

/** Where the assertions work. */
export interface Room {
  readonly client: ContractClient
  readonly target: ContractTarget
  readonly namespace: string
  /** Path of the namespace's pods. */
  readonly pods: string
}

/** How often a thing that takes a moment is tried, every 100 ms: on a busy machine a moment may be long. */
const TRIES = 1200

/** Tries until it is true. Throws when it never is. */
export async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < TRIES; i++) {
    if (await holds()) return
    await sleep(100)
  }
  throw new Error(`never: ${what}`)
}

/** A new namespace takes pods once its service account is there. */
export async function waitForPods({ client, pods }: Room): Promise<void> {
  await eventually(
    'a pod can be created',
    async () => (await client.create(pods, pod('first'))).status === 201,
  )
  await client.send('DELETE', `${pods}/first`)
  await eventually('the pod is gone', async () => (await client.get(`${pods}/first`)).status === 404)
}

export function readVersion(object: JsonObject): number {
  return Number(stringAt(objectAt(object, 'metadata'), 'resourceVersion'))
}

export function readName(object: JsonObject): string {
  return stringAt(objectAt(object, 'metadata'), 'name')
}

export function readItems(list: JsonObject): readonly JsonObject[] {
  const { items } = list
  return Array.isArray(items) ? items.filter(isObject) : []
}
