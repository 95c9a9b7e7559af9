import type { Test } from 'tap'
import { type JsonObject, objectAt, stringAt } from '../fake-apiserver/json.ts'
import { type Answer, PROTOBUF } from './client.ts'
import { CRON_JOB_STATUS, podStatus, workloads } from './objects.ts'
import type { WatchedEvent } from './protobuf.ts'
import { eventually, type Room, readItems, readName } from './room.ts'

/** JSON and protobuf show the same objects, in lists, alone and in watches. */
export async function encodings(t: Test, { client, namespace, pods }: Room): Promise<void> {
  for (const { path, plural, object } of workloads(namespace)) {
    const created = await client.create(`${path}/namespaces/${namespace}/${plural}`, object)
    t.equal(created.status, 201, `create one of ${plural}: ${stringAt(created.object, 'message')}`)
  }
  await client.patch(`${pods}/a-1/status`, podStatus('Running'))
  const cronJob = `/apis/batch/v1/namespaces/${namespace}/cronjobs/one/status`
  t.equal((await client.patch(cronJob, CRON_JOB_STATUS)).status, 200, 'the status of a CronJob')
  const collections = [
    pods,
    ...workloads(namespace).map(({ path, plural }) => `${path}/namespaces/${namespace}/${plural}`),
  ]
  for (const collection of collections) {
    await t.test(collection.slice(collection.lastIndexOf('/') + 1), async (t) => {
      await sameWhenQuiet(t, 'lists', (accept) => client.get(collection, accept))
      const [first] = readItems((await client.get(collection)).object)
      t.ok(first !== undefined, 'there is one to look at')
      await sameWhenQuiet(t, 'one object', (accept) =>
        client.get(`${collection}/${readName(first ?? {})}`, accept),
      )
      const path = `${collection}?watch=1&resourceVersion=0&timeoutSeconds=20`
      const watch = async (accept: string) =>
        (await client.watch(path, (seen) => seen.length > 0, accept)).events[0]
      await sameEvents(t, watch)
    })
  }
  const binary = await client.get(pods, PROTOBUF)
  t.equal(binary.contentType, PROTOBUF, 'the content type of protobuf')
  t.equal(binary.bytes.subarray(0, 4).toString('latin1'), 'k8s\0', 'its magic number')
  t.match((await client.get(pods, '*/*')).contentType, /^application\/json/, 'JSON to who takes anything')
  const status = await client.get(`${pods}/nothing`, PROTOBUF)
  t.match(
    status,
    { status: 404, contentType: PROTOBUF, object: { kind: 'Status', reason: 'NotFound', code: 404 } },
    'errors too',
  )
}

/** Compares two answers, again while the object changes in between (controllers are at work on a real cluster). */
async function sameWhenQuiet(t: Test, what: string, get: (accept: string) => Promise<Answer>): Promise<void> {
  let pair: readonly [JsonObject, JsonObject] = [{}, {}]
  await eventually('nothing changes between two reads', async () => {
    const json = (await get('application/json')).object
    const binary = (await get(PROTOBUF)).object
    pair = [settled(json), settled(binary)]
    return JSON.stringify(versions(json)) === JSON.stringify(versions(binary))
  })
  t.same(pair[1], pair[0], `${what} are the same in both`)
}

async function sameEvents(
  t: Test,
  watch: (accept: string) => Promise<WatchedEvent | undefined>,
): Promise<void> {
  let pair: readonly [WatchedEvent | undefined, WatchedEvent | undefined] = [undefined, undefined]
  await eventually('nothing changes between two watches', async () => {
    pair = [await watch('application/json'), await watch(`${PROTOBUF};stream=watch`)]
    const [json, binary] = pair
    return JSON.stringify(versions(json?.object ?? {})) === JSON.stringify(versions(binary?.object ?? {}))
  })
  t.same(pair[1], pair[0], 'watch events are the same in both')
}

/** A list's own resourceVersion moves with the whole cluster. */
function settled(object: JsonObject): JsonObject {
  if (!stringAt(object, 'kind').endsWith('List')) return object
  return { ...object, metadata: {} }
}

function versions(object: JsonObject): readonly string[] {
  const of = (item: JsonObject) => stringAt(objectAt(item, 'metadata'), 'resourceVersion')
  return 'items' in object ? readItems(object).map(of) : [of(object)]
}
