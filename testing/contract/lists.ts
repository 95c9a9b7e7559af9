import type { Test } from 'tap'
import { numberAt, objectAt, parseObject, stringAt } from '../fake-apiserver/json.ts'
import { PROTOBUF } from './client.ts'
import { pod, podStatus } from './objects.ts'
import { type Room, readItems, readName, readVersion } from './room.ts'

const NAMES = ['a-1', 'a-2', 'b-1', 'b-2', 'c-1']

/** A resourceVersion from before all objects of the suite. */
const ANCIENT = 2

/** LIST: order, pages, snapshots, selectors, resourceVersions. */
export async function lists(t: Test, room: Room): Promise<void> {
  const { client, pods, target } = room
  for (const name of NAMES) {
    const labels = { app: 'contract', half: name.startsWith('a') ? 'first' : 'second' }
    t.equal((await client.create(pods, pod(name, labels))).status, 201, `create ${name}`)
  }
  const names = async (query: string) =>
    readItems((await client.get(`${pods}?${query}`)).object).map(readName)
  const list = (await client.get(pods)).object
  t.match(list, { kind: 'PodList', apiVersion: 'v1' }, 'a list of its kind')
  t.same(readItems(list).map(readName), NAMES, 'in the order of names')
  t.notOk(
    readItems(list).some((item) => 'kind' in item),
    'items of typed resources carry no kind',
  )
  t.ok(
    readVersion(list) >= Math.max(...readItems(list).map(readVersion)),
    'at a resourceVersion not before any item',
  )
  t.notOk('continue' in objectAt(list, 'metadata'), 'complete: nothing to continue')

  await t.test('pages', async (t) => {
    for (const accept of ['application/json', PROTOBUF]) {
      const first = (await client.get(`${pods}?limit=2`, accept)).object
      const token = stringAt(objectAt(first, 'metadata'), 'continue')
      t.same(readItems(first).map(readName), NAMES.slice(0, 2), 'the first page')
      t.equal(numberAt(objectAt(first, 'metadata'), 'remainingItemCount'), 3, 'and how many are left')
      await client.send('DELETE', `${pods}/c-1?gracePeriodSeconds=0`)
      const second = (await client.get(`${pods}?limit=2&continue=${encodeURIComponent(token)}`, accept))
        .object
      t.same(readItems(second).map(readName), NAMES.slice(2, 4), 'the second page')
      t.equal(readVersion(second), readVersion(first), 'of the same snapshot')
      const next = stringAt(objectAt(second, 'metadata'), 'continue')
      const third = (await client.get(`${pods}?limit=2&continue=${encodeURIComponent(next)}`, accept)).object
      t.same(readItems(third).map(readName), NAMES.slice(4), 'which still has what was deleted meanwhile')
      t.notOk('continue' in objectAt(third, 'metadata'), 'the last page')
      t.equal(
        (await client.create(pods, pod('c-1', { app: 'contract', half: 'second' }))).status,
        201,
        'create c-1 again',
      )
    }
    const selective = (await client.get(`${pods}?limit=1&labelSelector=half%3Dfirst`)).object
    t.notOk(
      'remainingItemCount' in objectAt(selective, 'metadata'),
      'with a selector what is left is not counted',
    )
    t.same(await names('limit=1&resourceVersion=0'), NAMES, 'resourceVersion=0 knows no pages')
  })

  await t.test('an expired page', async (t) => {
    if (target.compact === undefined) return t.comment('this server cannot be made to forget')
    const first = (await client.get(`${pods}?limit=2`)).object
    const token = aged(stringAt(objectAt(first, 'metadata'), 'continue'))
    const later = (await client.patch(`${pods}/a-1`, { metadata: { annotations: { page: 'expired' } } }))
      .object
    await target.compact(readVersion(later))
    const expired = await client.get(`${pods}?limit=2&continue=${encodeURIComponent(token)}`)
    t.equal(expired.status, 410, 'is Gone')
    t.match(expired.object, { kind: 'Status', reason: 'Expired', code: 410 }, 'Expired')
    const resume = stringAt(objectAt(expired.object, 'metadata'), 'continue')
    t.same(
      await names(`limit=9&continue=${encodeURIComponent(resume)}`),
      NAMES.slice(2),
      'its token goes on from there',
    )
    const past = await client.get(`${pods}?resourceVersion=${ANCIENT}&resourceVersionMatch=Exact`)
    t.equal(past.status, 410, 'and so is its snapshot')
  })

  await t.test('selectors', async (t) => {
    t.same(await names('labelSelector=half%3Dfirst'), ['a-1', 'a-2'], 'equality')
    t.same(await names('labelSelector=half%21%3Dfirst'), ['b-1', 'b-2', 'c-1'], 'inequality')
    t.same(await names('labelSelector=half+in+(first,third),app'), ['a-1', 'a-2'], 'set and existence')
    t.same(await names('labelSelector=half+notin+(first)'), ['b-1', 'b-2', 'c-1'], 'notin')
    t.same(await names('labelSelector=%21half'), [], 'absence')
    t.same(await names('fieldSelector=metadata.name%3Db-1'), ['b-1'], 'metadata.name')
    t.equal((await client.patch(`${pods}/b-2/status`, podStatus('Running'))).status, 200, 'a status')
    t.same(await names('fieldSelector=status.phase%3DRunning'), ['b-2'], 'status.phase')
    t.same(await names('fieldSelector=spec.nodeName%3Dnone'), [], 'spec.nodeName')
    t.same(
      await names('fieldSelector=status.phase%21%3DRunning&labelSelector=half%3Dsecond'),
      ['b-1', 'c-1'],
      'both',
    )
  })

  await t.test('resourceVersions', async (t) => {
    const before = (await client.get(pods)).object
    await client.patch(`${pods}/a-1`, { metadata: { annotations: { changed: 'yes' } } })
    const exact = await client.get(
      `${pods}?resourceVersion=${readVersion(before)}&resourceVersionMatch=Exact`,
    )
    t.equal(readVersion(exact.object), readVersion(before), 'Exact answers the past')
    t.same(readItems(exact.object).map(readVersion), readItems(before).map(readVersion), 'as it was')
    const newer = await client.get(
      `${pods}?resourceVersion=${readVersion(before)}&resourceVersionMatch=NotOlderThan`,
    )
    t.ok(readVersion(newer.object) >= readVersion(before), 'NotOlderThan answers that or later')
    const future = await client.get(`${pods}?resourceVersion=${readVersion(before) + 1_000_000}`)
    t.equal(future.status, 504, 'a resourceVersion of the future is a timeout')
    t.match(
      future.object,
      { reason: 'Timeout', details: { causes: [{ reason: 'ResourceVersionTooLarge' }] } },
      'and says so',
    )
  })
}

/** A continue token of a list that began long ago: a server keeps the latest snapshots although their history is gone. */
function aged(token: string): string {
  const content = parseObject(Buffer.from(token, 'base64url').toString())
  return Buffer.from(JSON.stringify({ ...content, rv: ANCIENT })).toString('base64url')
}
