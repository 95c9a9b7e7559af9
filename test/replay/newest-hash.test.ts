import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { ClusterCache } from '../../src/cache/cluster-cache.ts'
import { Decoder } from '../../src/cluster/decode/decoder.ts'
import { newestHash } from '../../src/replay/newest-hash.ts'

const NOW = Date.UTC(2026, 10, 21, 12) / 1000

/** A ReplicaSet, or a ControllerRevision of a StatefulSet. */
interface Revision {
  readonly kind: 'set' | 'revision'
  /** UID of its owner; null: nothing owns it. */
  readonly owner: string | null
  /** 0: a ReplicaSet that has no number (yet). */
  readonly number: number
  /** Creation time, seconds after NOW. */
  readonly created: number
  /** Null: a ReplicaSet that no controller labelled. */
  readonly hash: string | null
}

function newestOf(revisions: readonly Revision[]): string | null {
  const cache = new ClusterCache()
  const { replicasets, controllerrevisions } = new Decoder().objects
  for (const one of revisions)
    if (one.kind === 'set') cache.apply('replicasets', 'ADDED', replicasets.fromJson(toObject(one)), NOW)
    else cache.apply('controllerrevisions', 'ADDED', controllerrevisions.fromJson(toObject(one)), NOW)
  return newestHash(cache, 'shop')
}

function toObject({ kind, owner, number, created, hash }: Revision): object {
  const name = `${kind}-${owner}-${number}-${created}-${hash}`
  const ofSet = {
    ...(hash === null ? {} : { labels: { 'pod-template-hash': hash } }),
    ...(number === 0 ? {} : { annotations: { 'deployment.kubernetes.io/revision': String(number) } }),
  }
  const ownerKind = kind === 'set' ? 'Deployment' : 'StatefulSet'
  const reference = { apiVersion: 'apps/v1', kind: ownerKind, name: owner, uid: owner, controller: true }
  return {
    metadata: {
      namespace: 'shop',
      name,
      uid: name,
      resourceVersion: '1',
      creationTimestamp: new Date((NOW + created) * 1000).toISOString(),
      ...(owner === null ? {} : { ownerReferences: [reference] }),
      ...(kind === 'set' ? ofSet : { labels: { 'controller-revision-hash': hash } }),
    },
    ...(kind === 'set' ? { spec: { replicas: 1 } } : { revision: number }),
  }
}

const set = (owner: string | null, number: number, created: number, hash: string | null): Revision => ({
  kind: 'set',
  owner,
  number,
  created,
  hash,
})

interface Case {
  readonly title: string
  readonly revisions: readonly Revision[]
  readonly newest: string | null
}

const CASES: readonly Case[] = [
  { title: 'nothing', revisions: [], newest: null },
  {
    title: 'one owner: the highest number',
    revisions: [set('a', 1, 0, 'a1'), set('a', 2, 9, 'a2')],
    newest: 'a2',
  },
  {
    title: 'a rollback makes an old one the newest again',
    revisions: [set('a', 3, 0, 'a1'), set('a', 2, 9, 'a2')],
    newest: 'a1',
  },
  {
    title: 'without numbers: the last created',
    revisions: [set('a', 0, 0, 'a1'), set('a', 0, 9, 'a2')],
    newest: 'a2',
  },
  {
    title: 'two owners: the one that created a revision last',
    revisions: [set('a', 7, 0, 'a7'), set('b', 1, 5, 'b1')],
    newest: 'b1',
  },
  {
    // Pair by pair: a1 is newer than a2, a2 than b1, b1 than a1.
    title: 'after a rollback an owner is as new as what it rolled back',
    revisions: [set('a', 3, 0, 'a1'), set('a', 2, 9, 'a2'), set('b', 1, 5, 'b1')],
    newest: 'a1',
  },
  {
    title: 'a release after the last creation of an owner that rolled back',
    revisions: [set('a', 3, 0, 'a1'), set('a', 2, 9, 'a2'), set('b', 1, 10, 'b1')],
    newest: 'b1',
  },
  {
    title: 'created in the same second',
    revisions: [set('a', 1, 0, 'xyz'), set('b', 1, 0, 'abc')],
    newest: 'xyz',
  },
  {
    title: 'a ReplicaSet made by hand has no hash',
    revisions: [set('a', 1, 0, 'a1'), set(null, 0, 9, null)],
    newest: 'a1',
  },
  {
    title: 'revisions of StatefulSets too',
    revisions: [set('a', 1, 0, 'a1'), { kind: 'revision', owner: 'db', number: 1, created: 5, hash: 'db-1' }],
    newest: 'db-1',
  },
]

t.test('the newest hash', async (t) => {
  for (const { title, revisions, newest } of CASES) {
    t.equal(newestOf(revisions), newest, title)
    t.equal(newestOf(revisions.toReversed()), newest, `${title}, in reverse`)
  }
})

/** Few values of each, so that they often coincide. */
const revision: fc.Arbitrary<Revision> = fc.oneof(
  fc.record({
    kind: fc.constant('set' as const),
    owner: fc.constantFrom('a', 'b', null),
    number: fc.nat(3),
    created: fc.nat(3),
    hash: fc.constantFrom('h1', 'h2', 'h3', null),
  }),
  fc.record({
    kind: fc.constant('revision' as const),
    owner: fc.constantFrom('c', 'd'),
    number: fc.integer({ min: 1, max: 3 }),
    created: fc.nat(3),
    hash: fc.constantFrom('h4', 'h5'),
  }),
)

t.test('does not depend on the order of the objects', async () => {
  const orders = fc
    .uniqueArray(revision, { maxLength: 8, comparator: isDeepStrictEqual })
    .chain((some) => fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length })))
  fc.assert(fc.property(orders, ([some, shuffled]) => newestOf(some) === newestOf(shuffled)))
})
