// Which pods are an object's of a custom resource, and by what names it is found.
import t from 'tap'
import { analyzeCrashes } from '../../src/analyze/crashes.ts'
import type { ClusterCache } from '../../src/cache/cluster-cache.ts'
import { parseSelector } from '../../src/question/parse-selector.ts'
import { plainQuestion, type Target } from '../../src/question/question.ts'
import {
  ask,
  CLONE_SET,
  clusterWith,
  deletePod,
  type Holding,
  LATELY,
  type Manifest,
  metadata,
  NOW,
  named,
  ownedBy,
  type PodShape,
  pod,
  REVISION,
  STALE_AFTER,
} from './custom-cluster.ts'
import {
  BY_CLONE_SET,
  BY_REPLICA_SET,
  clone,
  cloneSet,
  HASH,
  knative,
  READY,
  TWO_READY,
} from './custom-objects.ts'

function askCrashes(cache: ClusterCache, about: Target) {
  return analyzeCrashes(cache, plainQuestion('shop', about), NOW, STALE_AFTER).answer
}

t.test(
  'pods that have done their work, and failed ones that were replaced, are not waited for',
  async (t) => {
    const holdings = knative([READY], 'ready')
    const answer = (state: PodShape['state'], owner: Manifest) =>
      ask(clusterWith([...holdings, ['pods', pod({ name: 'b', state, owner })]]), named(REVISION)).verdict
    t.equal(answer('done', BY_REPLICA_SET), 'pass')
    t.equal(answer('failed', BY_REPLICA_SET), 'pass')
    t.equal(answer('failed', ownedBy('serving.knative.dev/v1', 'Revision', 'web')), 'pending', 'its own')
  },
)

t.test('crashes of pods count, present and deleted, through all that stands between', async (t) => {
  const cache = clusterWith(knative([READY], 'crashing'))
  t.equal(askCrashes(cache, named(REVISION)).crashes, 7)
  deletePod(cache, { name: 'a', state: 'crashing', owner: BY_REPLICA_SET })
  t.equal(askCrashes(cache, named(REVISION)).crashes, 7, 'deleted')
})

t.test('crashes of an old revision are not those of the newest', async (t) => {
  for (const [form, label] of [
    ['in full', `web-${HASH}`],
    ['short', HASH],
  ] as const) {
    const old = { name: 'old', state: 'crashing', revision: 'web-old', owner: BY_CLONE_SET } as const
    const newest = { name: 'new', state: 'crashing', revision: label, owner: BY_CLONE_SET } as const
    const cache = clusterWith([cloneSet({}), ['pods', pod(old)], ['pods', pod(newest)]])
    t.equal(askCrashes(cache, named(CLONE_SET)).crashes, 7, form)
    deletePod(cache, old)
    deletePod(cache, newest)
    t.equal(askCrashes(cache, named(CLONE_SET)).crashes, 7, `${form}, deleted`)
  }
})

t.test('a hash means the whole when it is that of the newest revision', async (t) => {
  const controllerRevision: Holding = [
    'controllerrevisions',
    {
      metadata: metadata(`web-${HASH}`, LATELY, {
        ...BY_CLONE_SET,
        labels: { 'controller-revision-hash': HASH },
      }),
      revision: 2,
    },
  ]
  for (const label of [`web-${HASH}`, HASH]) {
    const pods = [clone('a', 'ready', label), clone('b', 'ready', label)]
    for (const hash of [`web-${HASH}`, HASH]) {
      const complete = clusterWith([cloneSet({}), controllerRevision, ...pods])
      const about: Target = { type: 'hash', hash, owner: null }
      t.equal(ask(complete, about).verdict, 'pass', `${hash} of pods with ${label}`)
      t.equal(ask(complete, about).desired, 2)
      const partly = clusterWith([cloneSet({ updatedReplicas: 1 }), controllerRevision, ...pods])
      t.equal(ask(partly, about).verdict, 'pending', 'its status counts')
    }
  }
})

t.test('a selector judges custom resources, and their pods only with them', async (t) => {
  const about: Target = { type: 'selector', selector: parseSelector('app=web'), text: 'app=web' }
  const answer = ask(clusterWith([cloneSet({}), ...TWO_READY]), about)
  t.equal(answer.verdict, 'pass')
  t.same(
    answer.workloads?.map((one) => one.target),
    ['cloneset/web'],
  )
  t.equal(ask(clusterWith([cloneSet({ readyReplicas: 1 }), ...TWO_READY]), about).verdict, 'pending')
  t.throws(() => ask(clusterWith([...TWO_READY], { 'clonesets.apps.kruise.io': 'forbidden' }), about), {
    name: 'UnavailableError',
  })
})

t.test('nothing passes while what may stand between it and its pods cannot be read', async (t) => {
  const holdings = knative([READY], 'ready')
  const blind = (resource: string, state: 'unsynced' | 'forbidden' | 'absent') => () =>
    ask(clusterWith(holdings, { [resource]: state }), named(REVISION)).verdict
  const unavailable = { name: 'UnavailableError' }
  for (const resource of ['pods', 'replicasets', 'deployments', 'statefulsets', 'daemonsets', 'jobs'])
    for (const state of ['unsynced', 'forbidden'] as const)
      t.throws(blind(resource, state), unavailable, `${resource} ${state}`)
  for (const resource of ['revisions.serving.knative.dev', 'clonesets.apps.kruise.io'])
    for (const state of ['unsynced', 'forbidden'] as const)
      t.throws(blind(resource, state), unavailable, `${resource} ${state}`)
  t.throws(blind('revisions.serving.knative.dev', 'absent'), unavailable)
  t.equal(blind('clonesets.apps.kruise.io', 'absent')(), 'pass', 'what is not installed owns nothing')
  t.throws(blind('rollouts', 'unsynced'), unavailable)
  t.equal(blind('rollouts', 'absent')(), 'pass')
  t.equal(blind('cronjobs', 'forbidden')(), 'pass', 'refused on purpose')
})
