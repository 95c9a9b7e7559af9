// A hash names no kind: whatever kind owns it must be in sight before a verdict is given, over all recorded incidents.
import t from 'tap'
import { analyzeCrashes } from '../../src/analyze/crashes.ts'
import { analyzeOverall } from '../../src/analyze/overall.ts'
import { analyzeRollout } from '../../src/analyze/rollout.ts'
import { ClusterCache } from '../../src/cache/cluster-cache.ts'
import { Decoder } from '../../src/cluster/decode/decoder.ts'
import { type Kind, listKinds, listResourcesOfKind } from '../../src/kinds/index.ts'
import { RequiredData } from '../../src/kinds/required-data.ts'
import { HASH_LABELS } from '../../src/model/hash-labels.ts'
import type { OwnerRef } from '../../src/model/meta.ts'
import { BUILT_IN_RESOURCES, type CronJob, type ResourceName } from '../../src/model/records.ts'
import { ALL_NAMESPACES, type WatchState } from '../../src/model/watch-state.ts'
import { plainQuestion, type Target } from '../../src/question/question.ts'
import { SCENARIOS, Stage } from '../corpus/stage.ts'

const HOUR = 3600
const STALE_AFTER = 30
const ROUTES = [analyzeCrashes, analyzeRollout, analyzeOverall]

const OF_OWNER: Readonly<Record<string, readonly ResourceName[]>> = {
  Deployment: ['deployments', 'replicasets', 'pods'],
  Rollout: ['rollouts', 'replicasets', 'pods'],
  StatefulSet: ['statefulsets', 'pods'],
  DaemonSet: ['daemonsets', 'pods'],
}

const CRON_JOB: CronJob = new Decoder().objects.cronjobs.fromJson({
  metadata: { name: 'nightly', namespace: 'batch', uid: 'uid-nightly', resourceVersion: '1' },
  spec: { schedule: '0 * * * *', suspend: false },
  status: {},
})

/** Hashes of pods with the kind that owns them in the end. */
function hashesIn({ cache }: Stage): Map<string, { readonly kind: string; readonly namespace: string }> {
  const found = new Map<string, { kind: string; namespace: string }>()
  for (const { labels, owner, namespace } of cache.objects.pods.all()) {
    const hash = HASH_LABELS.map((label) => labels[label]).find((value) => value !== undefined)
    const outermost: OwnerRef | null =
      owner?.kind === 'ReplicaSet' ? (cache.objects.replicasets.byUid(owner.uid)?.owner ?? null) : owner
    if (hash !== undefined && outermost !== null) found.set(hash, { kind: outermost.kind, namespace })
  }
  return found
}

t.test('no verdict on a hash while what owns it is out of sight', async (t) => {
  const seen = new Set<string>()
  for (const scenario of SCENARIOS) {
    const stage = new Stage(scenario, 1)
    const states: readonly WatchState[] = [{ type: 'unsynced' }, { type: 'broken', since: stage.now - HOUR }]
    for (const [hash, { kind, namespace }] of hashesIn(stage)) {
      seen.add(kind)
      const target: Target = { type: 'hash', hash, owner: null }
      for (const resource of OF_OWNER[kind] ?? []) {
        for (const state of states) {
          stage.cache.setWatchState(resource, ALL_NAMESPACES, state)
          for (const analyze of ROUTES)
            t.throws(
              () => analyze(stage.cache, plainQuestion(namespace, target), stage.now, STALE_AFTER),
              { name: 'UnavailableError' },
              `${scenario} ${kind} ${hash}: ${analyze.name} without ${resource} (${state.type})`,
            )
        }
        stage.cache.setWatchState(resource, ALL_NAMESPACES, { type: 'working' })
      }
    }
  }
  t.strictSame([...seen].toSorted(), Object.keys(OF_OWNER).toSorted(), 'recordings of each kind')
})

t.test('nor on one of a controller that has no pods of it', async (t) => {
  const seen = new Set<string>()
  for (const scenario of SCENARIOS) {
    const stage = new Stage(scenario, 1)
    const hashes = hashesIn(stage)
    for (const pod of [...stage.cache.objects.pods.all()])
      stage.cache.apply('pods', 'DELETED', pod, stage.now)
    for (const [hash, { kind, namespace }] of hashes) {
      if (kind !== 'StatefulSet' && kind !== 'DaemonSet') continue
      seen.add(kind)
      const resource = kind === 'StatefulSet' ? 'statefulsets' : 'daemonsets'
      stage.cache.setWatchState(resource, ALL_NAMESPACES, { type: 'broken', since: stage.now - HOUR })
      const question = plainQuestion(namespace, { type: 'hash', hash, owner: null })
      for (const analyze of [analyzeRollout, analyzeOverall])
        t.throws(
          () => analyze(stage.cache, question, stage.now, STALE_AFTER),
          { name: 'UnavailableError' },
          `${scenario} ${kind} ${hash}: ${analyze.name}`,
        )
      stage.cache.setWatchState(resource, ALL_NAMESPACES, { type: 'working' })
    }
  }
  t.strictSame([...seen].toSorted(), ['DaemonSet', 'StatefulSet'])
})

t.test('the resources to watch for a kind are enough for each question about an object of it', async (t) => {
  const seen = new Set<Kind>()
  for (const scenario of SCENARIOS) {
    const whole = new Stage(scenario, 1)
    const part = new Stage(scenario, 1)
    // No recording has one.
    for (const { cache, now } of [whole, part]) cache.apply('cronjobs', 'ADDED', CRON_JOB, now)
    const setStates = (resources: readonly ResourceName[], state: WatchState) => {
      for (const resource of resources) part.cache.setWatchState(resource, ALL_NAMESPACES, state)
    }
    for (const { kind, resource } of listKinds([])) {
      const watched = listResourcesOfKind(kind, [])
      const others = BUILT_IN_RESOURCES.filter((resource) => !watched.has(resource))
      setStates(others, { type: 'unsynced' })
      for (const { namespace, name } of whole.cache.objects[resource.name]?.all() ?? []) {
        seen.add(kind)
        const question = plainQuestion(namespace, { type: 'object', kind, name })
        for (const analyze of ROUTES)
          t.same(
            analyze(part.cache, question, whole.now, STALE_AFTER),
            analyze(whole.cache, question, whole.now, STALE_AFTER),
            `${scenario} ${kind}/${name}: ${analyze.name}`,
          )
      }
      setStates(others, { type: 'working' })
    }
  }
  t.strictSame(
    [...seen].toSorted(),
    listKinds([])
      .map(({ kind }) => kind)
      .toSorted(),
    'objects of each kind',
  )
})

t.test('what an answer needs must be there, and not be too old', async (t) => {
  const NOW = 1_000_000
  const cache = new ClusterCache()
  const required = () => new RequiredData(cache, 'shop', NOW, STALE_AFTER)
  const set = (state: WatchState) => cache.setWatchState('rollouts', ALL_NAMESPACES, state)

  set({ type: 'working' })
  const working = required()
  t.equal(working.needUnlessRefused('rollouts'), true)
  t.equal(working.needUnlessRefused('rollouts'), true, 'also when asked again')
  t.equal(working.worstSeconds, 0)

  set({ type: 'broken', since: NOW - STALE_AFTER })
  const old = required()
  t.equal(old.has('rollouts'), true, 'as old as may be')
  t.equal(old.worstSeconds, 0, 'what is only better to have does not count')
  old.need('rollouts')
  t.equal(old.worstSeconds, STALE_AFTER)

  set({ type: 'broken', since: NOW - STALE_AFTER - 1 })
  t.equal(required().has('rollouts'), false)
  t.throws(() => required().need('rollouts'), { name: 'UnavailableError' })
  t.throws(() => required().needUnlessRefused('rollouts'), { name: 'UnavailableError' })

  for (const [type, refused] of [
    ['unsynced', false],
    ['forbidden', true],
    ['absent', true],
  ] as const) {
    set({ type })
    t.equal(required().has('rollouts'), false, type)
    t.throws(() => required().need('rollouts'), { name: 'UnavailableError' }, type)
    if (refused) t.equal(required().needUnlessRefused('rollouts'), false, type)
    else t.throws(() => required().needUnlessRefused('rollouts'), { name: 'UnavailableError' }, type)
  }
})
