import fc from 'fast-check'
import t from 'tap'
import { eventually } from '../../../testing/contract/room.ts'
import { pod, replicaSet, serving } from '../serving.ts'

t.test('a healthy hash passes, a crashed one fails, by GET and by POST', async (t) => {
  const { cluster, get, post, service } = await serving(t)
  const good = replicaSet(cluster, 'aaa', 1)
  pod(cluster, 'aaa', good, 'web-aaa-1')
  const bad = replicaSet(cluster, 'bbb', 1)
  pod(cluster, 'bbb', bad, 'web-bbb-1', 2)
  const passed = await get('/analyze/crashes?namespace=shop&hash=aaa&limit=1')
  t.match(passed, {
    status: 200,
    body: { verdict: 'pass', crashes: 0, pods: 1, readyPods: 1, target: 'hash=aaa' },
  })
  const failed = await get('/analyze/crashes?namespace=shop&hash=bbb&limit=1')
  t.match(failed, {
    status: 200,
    body: { verdict: 'fail', code: 'process-crashing', crashes: 2, restarts: 2 },
  })
  const posted = await post('/analyze/crashes', { namespace: 'shop', hash: 'bbb', limit: 1 })
  t.same({ ...posted.body, evaluatedAt: '' }, { ...failed.body, evaluatedAt: '' })
  t.match(await get('/analyze/crashes?namespace=shop&hash=bbb&limit=3'), {
    body: { verdict: 'pass', crashes: 2 },
  })
  t.match(await get('/analyze/crashes?namespace=shop&selector=app=web,tier!=db'), {
    body: { verdict: 'fail', pods: 2 },
  })
  const metrics = await (await fetch(`${service.url}/metrics`)).text()
  t.match(metrics, /lynceus_analyses_total\{route="\/analyze\/crashes",verdict="fail"\} 3/)
})

t.test('the name of the cluster, where it has one', async (t) => {
  const { cluster, get } = await serving(t, { settings: { clusterName: 'north' } })
  pod(cluster, 'aaa', replicaSet(cluster, 'aaa', 1), 'web-aaa-1')
  const question = 'namespace=shop&hash=aaa'
  t.equal((await get(`/analyze?${question}`)).body.cluster, undefined, 'a summary stays small')
  t.equal((await get(`/analyze?${question}&detail=full`)).body.cluster, 'north')
  t.equal((await get(`/gate?${question}&timeout=0s`)).body.cluster, 'north')
})

t.test('an answer has its fields in order, counts as numbers, and is below 1 KB', async (t) => {
  const { cluster, service } = await serving(t)
  pod(cluster, 'aaa', replicaSet(cluster, 'aaa', 1), 'web-aaa-1', 5)
  const text = await (await fetch(`${service.url}/analyze?namespace=shop&hash=aaa`)).text()
  t.same(Object.keys(JSON.parse(text)), [
    'verdict',
    'code',
    'reason',
    'message',
    'crashes',
    'restarts',
    'pods',
    'readyPods',
    'failingPods',
    'desired',
    'target',
    'revision',
    'generation',
    'cacheAgeSeconds',
    'evaluatedAt',
  ])
  t.ok(Buffer.byteLength(text) < 1024)
})

t.test('every bad parameter is named, with what was meant', async (t) => {
  const { get, post } = await serving(t)
  const cases: readonly (readonly [query: string, name: string, reason: RegExp])[] = [
    ['namespace=shop', 'hash', /a target is required/],
    ['hash=a', 'namespace', /is required/],
    ['namespace=shop&hash=a&selector=b', 'selector', /cannot be given with hash/],
    ['namespace=shop&kind=deployment', 'name', /is required with kind/],
    ['namespace=shop&kind=deploymnet&name=a', 'kind', /not one of/],
    ['namespace=shop&hash=a&limt=3', 'limt', /did you mean limit/],
    ['namespace=shop&hash=a&Window=3s', 'Window', /did you mean window/],
    ['namespace=shop&hash=a&limit=-1', 'limit', />= 1/],
    ['namespace=shop&hash=a&limit=NaN', 'limit', /integer/],
    ['namespace=shop&hash=a&window=soon', 'window', /pattern/],
    ['namespace=shop&hash=a&quorum=some', 'quorum', /pattern/],
    ['namespace=shop&hash=a&quorum=200%25', 'quorum', /percentage from 1% to 100%, not "200%"$/],
    ['namespace=shop&hash=a&quorum=0', 'quorum', /pods from 1 to 999999, .*, not "0"$/],
    ['namespace=shop&hash=a&since=yesterday', 'since', /RFC 3339/],
    ['namespace=shop&hash=a&hash=b', 'hash', /string/],
    ['namespace=shop&selector=a+in+(b', 'selector', /expected/],
    ['namespace=Shop&hash=a', 'namespace', /pattern/],
  ]
  for (const [query, name, reason] of cases) {
    const { status, type, body } = await get(`/analyze?${query}`)
    t.match({ status, type }, { status: 400, type: /problem\+json/ }, query)
    const errors = Array.isArray(body.errors) ? body.errors : []
    t.ok(
      errors.some((one) => one.name === name && reason.test(one.reason)),
      `${query}: ${JSON.stringify(errors)}`,
    )
  }
  t.match(await post('/analyze', { namespace: 'shop', hash: 'a', wiat: '3s' }), {
    status: 400,
    body: { code: 'bad-parameters' },
  })
  t.match(await get(`/analyze?namespace=shop&hash=a&x=${'y'.repeat(5000)}`), { status: 414 })
  t.match(await post('/analyze', { namespace: 'shop', selector: 'x'.repeat(70_000) }), { status: 413 })
  t.match(await get('/analize'), { status: 404, body: { code: 'no-such-route' } })
})

t.test('whatever is asked, a 2xx body is one JSON object with a verdict', async (t) => {
  const { cluster, service } = await serving(t)
  pod(cluster, 'aaa', replicaSet(cluster, 'aaa', 1), 'web-aaa-1', 1)
  const value = fc.oneof(
    fc.constantFrom('shop', 'aaa', 'app=web', 'deployment', 'web', '1', '0', 'any', '5m', 'full', 'unknown'),
    fc.string(),
  )
  const name = fc.constantFrom(
    'namespace',
    'hash',
    'selector',
    'kind',
    'name',
    'limit',
    'window',
    'since',
    'container',
    'quorum',
    'minPods',
    'detail',
    'onStale',
    'policy',
  )
  const path = fc.constantFrom('/analyze', '/analyze/crashes', '/analyze/rollout')
  await fc.assert(
    fc.asyncProperty(path, fc.dictionary(name, value), fc.boolean(), async (route, given, asPost) => {
      // Unknown names wait a second for their object: only known ones are asked about here.
      const query = { namespace: 'shop', ...('selector' in given ? {} : { hash: 'aaa' }), ...given }
      if (query.hash !== undefined && query.hash !== 'aaa') return
      if ('kind' in query || 'name' in query || ('selector' in query && query.selector !== 'app=web')) return
      const url = `${service.url}${route}`
      const response = await (asPost
        ? fetch(url, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(query),
          })
        : fetch(`${url}?${new URLSearchParams(query)}`))
      const body: unknown = JSON.parse(await response.text())
      if (typeof body !== 'object' || body === null || Array.isArray(body))
        throw new Error(`no object: ${body}`)
      if (response.ok && !('verdict' in body)) throw new Error('no verdict')
      if (!response.ok && !('code' in body)) throw new Error('no problem')
    }),
    { numRuns: 300 },
  )
  t.pass('holds')
})

t.test('200 hashes asked about before their ReplicaSets are known: not one is a 404', async (t) => {
  const { cluster, get } = await serving(t)
  const ask = async (index: number) => {
    const hash = `h${index}`
    const answer = get(`/analyze/crashes?namespace=shop&hash=${hash}`)
    await new Promise((resolve) => setTimeout(resolve, index % 30))
    replicaSet(cluster, hash, 1)
    return (await answer).status
  }
  // Not all at once: on a busy machine the last would be heard of after more than the second that is waited.
  const statuses = new Set<number>()
  for (let first = 0; first < 200; first += 25) {
    const some = await Promise.all(Array.from({ length: 25 }, (_, index) => ask(first + index)))
    for (const status of some) statuses.add(status)
  }
  t.same(statuses, new Set([200]))
  t.match(await get('/analyze/crashes?namespace=shop&hash=nobody'), {
    status: 404,
    body: { code: 'not-found' },
  })
})

t.test('a held answer comes when the verdict turns, or when its time is over', async (t) => {
  const { cluster, get, service } = await serving(t)
  const owner = replicaSet(cluster, 'aaa', 1)
  pod(cluster, 'aaa', owner, 'web-aaa-1')
  const held = get('/analyze/crashes?namespace=shop&hash=aaa&wait=25s')
  t.match(await get('/analyze/crashes?namespace=shop&hash=aaa&wait=100ms'), { body: { verdict: 'pass' } })
  pod(cluster, 'aaa', owner, 'web-aaa-2', 1)
  t.match(await held, { status: 200, body: { verdict: 'fail', crashes: 1 } })
  const shutdown = get('/analyze/crashes?namespace=shop&hash=aaa&limit=9&wait=25s')
  await eventually('it is held', async () => {
    const metrics = await (await fetch(`${service.url}/metrics`)).text()
    return metrics.includes('\nlynceus_held_answers 1\n')
  })
  await service.stop(0)
  t.match(await shutdown, { status: 200, body: { verdict: 'pass' } }, 'let go at shutdown')
})

t.test('a client that goes away frees the place of its held answer', async (t) => {
  const { cluster, service } = await serving(t)
  pod(cluster, 'aaa', replicaSet(cluster, 'aaa', 1), 'web-aaa-1')
  const held = async (count: number): Promise<boolean> => {
    const metrics = await (await fetch(`${service.url}/metrics`)).text()
    return metrics.includes(`\nlynceus_held_answers ${count}\n`)
  }
  const client = new AbortController()
  const url = `${service.url}/analyze/crashes?namespace=shop&hash=aaa&wait=25s`
  const asked = t.rejects(fetch(url, { signal: client.signal }))
  await eventually('it is held', () => held(1))
  client.abort()
  await asked
  await eventually('it is let go', () => held(0))
})

t.test(
  'a target that does not exist: the answer names it, and the name that was probably meant',
  async (t) => {
    const { cluster, get } = await serving(t)
    pod(cluster, 'aaa', replicaSet(cluster, 'aaa', 1), 'web-aaa-1')
    const cases: readonly (readonly [query: string, detail: string])[] = [
      ['kind=pod&name=wbe-aaa-1', 'No pod "wbe-aaa-1" in namespace "shop". Did you mean "web-aaa-1"?'],
      ['kind=pod&name=mailbox', 'No pod "mailbox" in namespace "shop".'],
      ['selector=app%3Dnone', 'Nothing in namespace "shop" matches the selector app=none.'],
      ['hash=zzz', 'Nothing in namespace "shop" has the template hash zzz.'],
      [
        'kind=rollout&name=web',
        'Argo Rollouts is not installed here (the API server does not serve rollouts.argoproj.io).',
      ],
    ]
    for (const [query, detail] of cases)
      t.match(await get(`/analyze/rollout?namespace=shop&${query}`), { body: { detail } }, query)
  },
)
