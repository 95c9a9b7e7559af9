import { setImmediate as nextTurn } from 'node:timers/promises'
import type { EmbeddedCluster } from '../cluster.ts'
import { ApiStatus, badRequest, continueExpired, tooLargeResourceVersion } from '../store/api-status.ts'
import type { Encoding } from '../store/encoding.ts'
import type { ResourceStore } from '../store/resource-store.ts'
import { buildFilter, type Filter } from '../store/selectors.ts'
import type { StoredObject } from '../store/stored-object.ts'
import { envelope, tagged } from '../wire/envelope.ts'
import { ReverseWriter } from '../wire/reverse-writer.ts'
import { decodeToken, encodeToken } from './continue-token.ts'
import { type ListOptions, parseVersion } from './list-options.ts'
import { MEDIA } from './negotiate.ts'
import type { Outlet } from './outlet.ts'

/** Bytes that are gathered before they are written: large enough to be cheap, small enough not to block. */
const BATCH_BYTES = 256 * 1024

interface Page {
  readonly items: readonly StoredObject[]
  readonly resourceVersion: number
  readonly continueToken: string
  /** Null where it isn't told: last pages, and lists with a selector. */
  readonly remaining: number | null
}

/** Answers a list. Throws an ApiStatus. */
export async function serveList(
  cluster: EmbeddedCluster,
  store: ResourceStore,
  namespace: string,
  options: ListOptions,
  encoding: Encoding,
  outlet: Outlet,
): Promise<void> {
  const filter = buildFilter(store.type, namespace, options.labelSelector, options.fieldSelector)
  const page = readPage(cluster, store, filter, options)
  if (encoding === 'protobuf') await streamProtobuf(store, page, outlet)
  else await streamJson(store, page, outlet)
}

function readPage(
  cluster: EmbeddedCluster,
  store: ResourceStore,
  filter: Filter,
  options: ListOptions,
): Page {
  const { objects, resourceVersion, after } = snapshot(cluster, store, options)
  // The API server answers resourceVersion=0 from its cache, which knows no pages.
  const limit =
    options.resourceVersion === '0' || options.limit <= 0 ? Number.POSITIVE_INFINITY : options.limit
  const rest = after === '' ? objects : objects.slice(firstAfter(objects, after))
  const all = !filter.selective && filter.namespace === ''
  const wanted = all ? rest : rest.filter(filter.matches)
  const items = wanted.length > limit ? wanted.slice(0, limit) : wanted
  const last = items.at(-1)
  const more = wanted.length - items.length
  return {
    items,
    resourceVersion,
    continueToken: more > 0 && last !== undefined ? encodeToken({ resourceVersion, after: last.key }) : '',
    remaining: more > 0 && !filter.selective ? more : null,
  }
}

/** Where the objects begin whose key comes after a given one. */
function firstAfter(objects: readonly StoredObject[], key: string): number {
  let low = 0
  let high = objects.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((objects[middle]?.key ?? '') <= key) low = middle + 1
    else high = middle
  }
  return low
}

function snapshot(cluster: EmbeddedCluster, store: ResourceStore, options: ListOptions) {
  const current = cluster.resourceVersion
  if (options.continueToken !== '') {
    if (options.resourceVersion !== '' && options.resourceVersion !== '0') {
      throw badRequest('specifying resource version is not allowed when using continue')
    }
    const { resourceVersion, after } = decodeToken(options.continueToken)
    if (resourceVersion < 0) return { objects: store.all(), resourceVersion: current, after }
    return { objects: pastOrExpired(store, resourceVersion, after), resourceVersion, after }
  }
  const asked = parseVersion(options.resourceVersion, 400)
  if (asked > current) throw tooLargeResourceVersion(asked, current)
  const exact =
    options.resourceVersionMatch === 'Exact' ||
    (options.limit > 0 && asked > 0 && options.resourceVersionMatch === '')
  if (exact && asked > 0) return { objects: store.at(asked), resourceVersion: asked, after: '' }
  return { objects: store.all(), resourceVersion: current, after: '' }
}

function pastOrExpired(
  store: ResourceStore,
  resourceVersion: number,
  after: string,
): readonly StoredObject[] {
  try {
    return store.at(resourceVersion)
  } catch (cause) {
    if (cause instanceof ApiStatus) throw continueExpired(encodeToken({ resourceVersion: -1, after }))
    throw cause
  }
}

async function streamJson(store: ResourceStore, page: Page, outlet: Outlet): Promise<void> {
  const { kind, apiVersion } = store.type
  const metadata = {
    resourceVersion: String(page.resourceVersion),
    ...(page.continueToken === '' ? {} : { continue: page.continueToken }),
    ...(page.remaining === null ? {} : { remainingItemCount: page.remaining }),
  }
  const head = `{"kind":"${kind}List","apiVersion":"${apiVersion}","metadata":${JSON.stringify(metadata)},"items":[`
  await outlet.head(200, { 'content-type': MEDIA.json })
  const comma = Buffer.from(',')
  await stream(outlet, [Buffer.from(head)], page.items, (item, first) =>
    first ? [item.json()] : [comma, item.json()],
  )
  await outlet.write(Buffer.from(']}\n'))
  outlet.end()
}

async function streamProtobuf(store: ResourceStore, page: Page, outlet: Outlet): Promise<void> {
  const { kind, apiVersion } = store.type
  const metadata = listMeta(page)
  let length = metadata.length
  let visited = 0
  for (const item of page.items) {
    const body = item.protobuf().length
    length += tagged(0x12, body).length + body
    // The first time all objects are encoded here: others get their turn.
    if (++visited % 500 === 0) await nextTurn()
  }
  const { head, tail } = envelope({ apiVersion, kind: `${kind}List` }, length)
  const total = head.length + length + tail.length
  await outlet.head(200, { 'content-type': MEDIA.protobuf, 'content-length': total })
  await stream(outlet, [head, metadata], page.items, (item) => {
    const body = item.protobuf()
    return [tagged(0x12, body.length), body]
  })
  await outlet.write(tail)
  outlet.end()
}

/** Writes what `parts` makes of each item, in batches, as fast as the client reads. */
export async function stream(
  outlet: Outlet,
  head: readonly Buffer[],
  items: readonly StoredObject[],
  parts: (item: StoredObject, first: boolean) => readonly Buffer[],
): Promise<void> {
  let batch: Buffer[] = [...head]
  let bytes = 0
  let first = true
  for (const item of items) {
    for (const part of parts(item, first)) {
      batch.push(part)
      bytes += part.length
    }
    first = false
    if (bytes < BATCH_BYTES) continue
    await outlet.write(Buffer.concat(batch))
    if (!outlet.open) return
    batch = []
    bytes = 0
    await nextTurn()
  }
  if (batch.length > 0) await outlet.write(Buffer.concat(batch))
}

/** ListMeta as field 1 of a list. */
function listMeta({ resourceVersion, continueToken, remaining }: Page): Buffer {
  const writer = new ReverseWriter()
  if (remaining !== null) {
    writer.varint(remaining)
    writer.tag(4, 0)
  }
  writer.string(continueToken)
  writer.tag(3, 2)
  writer.string(String(resourceVersion))
  writer.tag(2, 2)
  writer.string('')
  writer.tag(1, 2)
  writer.varint(writer.written)
  writer.tag(1, 2)
  return writer.take()
}
