import type { Test } from 'tap'
import { type JsonObject, objectAt, stringAt } from '../fake-apiserver/json.ts'
import { PROTOBUF } from './client.ts'
import { pod, podStatus } from './objects.ts'
import type { WatchedEvent } from './protobuf.ts'
import { eventually, type Room, readItems, readName, readVersion } from './room.ts'

const WATCH_PROTOBUF = `${PROTOBUF};stream=watch`
const INITIAL_EVENTS_END = 'k8s.io/initial-events-end'
const WATCH_LIST = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'

/** WATCH: order, WatchList, selectors, ends, and what is too old. */
export async function watches(t: Test, room: Room): Promise<void> {
  const { client, pods, target } = room
  const list = (await client.get(pods)).object
  const from = readVersion(list)

  for (const accept of ['application/json', WATCH_PROTOBUF]) {
    await t.test(`changes as ${accept}`, async (t) => {
      const start = readVersion((await client.get(pods)).object)
      const added = await client.create(pods, pod('w-1', { app: 'contract', half: 'first' }))
      const modified = await client.patch(`${pods}/w-1/status`, podStatus('Running'))
      await client.send('DELETE', `${pods}/w-1?gracePeriodSeconds=0`)
      const path = `${pods}?watch=1&resourceVersion=${start}&timeoutSeconds=20`
      const { status, events } = await client.watch(path, (seen) => seen.at(-1)?.type === 'DELETED', accept)
      t.equal(status, 200)
      const about = events.filter(({ object }) => readName(object) === 'w-1')
      t.equal(about[0]?.type, 'ADDED', 'first it is there')
      t.equal(about.at(-1)?.type, 'DELETED', 'last it is gone')
      t.ok(
        about.slice(1, -1).every(({ type }) => type === 'MODIFIED'),
        'changed between',
      )
      const versions = events.map(({ object }) => readVersion(object))
      t.same(
        versions,
        [...versions].sort((a, b) => a - b),
        'resourceVersions only rise',
      )
      t.equal(
        readVersion(about[0]?.object ?? {}),
        readVersion(added.object),
        'the version that the create gave',
      )
      t.ok(versions.includes(readVersion(modified.object)), 'and the one that the change gave')
      t.ok((versions.at(-1) ?? 0) > readVersion(modified.object), 'a deletion has a version of its own')
      t.match(
        about[0]?.object ?? {},
        { kind: 'Pod', apiVersion: 'v1' },
        'objects in a watch carry their kind',
      )
    })

    await t.test(`WatchList as ${accept}`, async (t) => {
      if (target.lacksWatchList === true) return refusesWatchList(t, room, accept)
      const present = readItems((await client.get(pods)).object).map(readName)
      const path = `${pods}?watch=1&${WATCH_LIST}&timeoutSeconds=20`
      const { events } = await client.watch(path, (seen) => seen.some(endsInitial), accept)
      const last = events.at(-1)
      t.equal(last?.type, 'BOOKMARK', 'a bookmark ends the initial events')
      t.ok(last !== undefined && endsInitial(last), 'and says that it does')
      t.equal(stringAt(last?.object ?? {}, 'kind'), 'Pod', 'it is of the kind that is watched')
      t.ok(readVersion(last?.object ?? {}) >= from, 'with the resourceVersion to go on from')
      t.same(
        events
          .slice(0, -1)
          .map(({ object }) => readName(object))
          .sort(),
        [...present].sort(),
        'all objects before it',
      )
      t.ok(
        events.slice(0, -1).every(({ type }) => type === 'ADDED'),
        'as ADDED',
      )
    })
  }

  await t.test('without a resourceVersion a watch begins with what is there', async (t) => {
    const present = readItems((await client.get(pods)).object).length
    const { events } = await client.watch(
      `${pods}?watch=1&timeoutSeconds=20`,
      (seen) => seen.length >= present,
    )
    t.ok(events.length >= present && events.every(({ type }) => type === 'ADDED'))
  })

  await t.test('an end', async (t) => {
    const path = `${pods}?watch=1&resourceVersion=${await now(room)}&timeoutSeconds=2&allowWatchBookmarks=true`
    const { status, events, endedByServer } = await client.watch(path, () => false)
    t.equal(status, 200)
    t.ok(endedByServer, 'timeoutSeconds ends a watch cleanly')
    t.ok(
      events.every(({ type }) => type === 'BOOKMARK'),
      'nothing but bookmarks happened',
    )
  })

  await t.test('selectors in a watch', async (t) => {
    const start = await now(room)
    await client.create(pods, pod('s-1', { app: 'contract', half: 'first' }))
    await client.patch(`${pods}/s-1`, { metadata: { labels: { half: 'second' } } })
    await client.patch(`${pods}/s-1`, { metadata: { labels: { half: 'first' } } })
    await client.send('DELETE', `${pods}/s-1?gracePeriodSeconds=0`)
    const path = `${pods}?watch=1&resourceVersion=${start}&labelSelector=half%3Dfirst&timeoutSeconds=20`
    const { events } = await client.watch(
      path,
      (seen) => seen.filter(({ type }) => type === 'DELETED').length === 2,
    )
    const types = events.filter(({ type }) => type !== 'MODIFIED').map(({ type }) => type)
    t.same(
      types,
      ['ADDED', 'DELETED', 'ADDED', 'DELETED'],
      'objects go out of a selection and come back into it',
    )
    const out = events.find(({ type }) => type === 'DELETED')?.object ?? {}
    t.match(objectAt(out, 'metadata'), { labels: { half: 'first' } }, 'what goes out is shown as it was')
    t.ok(readVersion(out) > readVersion(events[0]?.object ?? {}), 'at the version at which it went')
  })

  await t.test('a resourceVersion that is too old', (t) => tooOld(t, room))
}

/** Watches that begin before what a server remembers: a custom resource's history is as short as its definition is old. */
async function tooOld(t: Test, { client }: Room): Promise<void> {
  const path = '/apis/argoproj.io/v1alpha1/rollouts'
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
  const installed = (await client.get(path)).status === 200
  if (!installed) await client.create(definitions, rolloutDefinition())
  await eventually('rollouts are served', async () => (await client.get(path)).status === 200)
  await eventually('the watch of a custom resource works', async () => {
    const { events } = await client.watch(
      `${path}?watch=1&resourceVersion=1&timeoutSeconds=2`,
      (seen) => seen.length > 0,
    )
    const [event] = events
    if (event === undefined) return false
    t.equal(event.type, 'ERROR', 'an ERROR event in an answer of status 200')
    t.match(event.object, { kind: 'Status', reason: 'Expired', code: 410 }, 'with the Status 410 Expired')
    t.match(
      stringAt(event.object, 'message'),
      /^too old resource version: 1 \(\d+\)$/,
      'that names the versions',
    )
    return true
  })
  t.equal((await client.get(path, PROTOBUF)).status, 406, 'a custom resource has no protobuf form')
  const json = await client.get(path, `${PROTOBUF},application/json`)
  t.match(json, { status: 200, contentType: /^application\/json/ }, 'and comes as JSON to who takes that too')
  if (!installed) await client.send('DELETE', `${definitions}/rollouts.argoproj.io`)
}

function rolloutDefinition(): JsonObject {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
  const names = { kind: 'Rollout', listKind: 'RolloutList', plural: 'rollouts', singular: 'rollout' }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'rollouts.argoproj.io' },
    spec: {
      group: 'argoproj.io',
      names,
      scope: 'Namespaced',
      versions: [{ name: 'v1alpha1', served: true, storage: true, schema }],
    },
  }
}

function endsInitial({ type, object }: WatchedEvent): boolean {
  return (
    type === 'BOOKMARK' &&
    objectAt(objectAt(object, 'metadata'), 'annotations')[INITIAL_EVENTS_END] === 'true'
  )
}

async function now({ client, pods }: Room): Promise<number> {
  return readVersion((await client.get(pods)).object)
}

/** Without the feature the request is invalid, which says that the objects must be listed: page by page, then watched. */
async function refusesWatchList(t: Test, { client, pods }: Room, accept: string): Promise<void> {
  const refused = await client.get(`${pods}?watch=1&${WATCH_LIST}&timeoutSeconds=20`, accept)
  t.match(refused, { status: 422, object: { kind: 'Status', reason: 'Invalid', code: 422 } }, 'it is refused')
  const paged = { names: new Set<string>(), version: 0 }
  for (let query = 'limit=1'; query !== ''; ) {
    const { object } = await client.get(`${pods}?${query}`)
    for (const item of readItems(object)) paged.names.add(readName(item))
    paged.version = readVersion(object)
    const next = objectAt(object, 'metadata').continue
    query = typeof next === 'string' && next !== '' ? `limit=1&continue=${encodeURIComponent(next)}` : ''
  }
  const whole = readItems((await client.get(pods)).object).map(readName)
  t.same([...paged.names].sort(), whole.sort(), 'the pages have all objects')
  const path = `${pods}?watch=1&resourceVersion=${paged.version}&allowWatchBookmarks=true&timeoutSeconds=1`
  t.match(
    await client.watch(path, () => false, accept),
    { status: 200, endedByServer: true },
    'a watch goes on',
  )
}
