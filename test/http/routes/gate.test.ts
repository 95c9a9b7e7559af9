import t from 'tap'
import { replicaSet } from '../serving.ts'
import { QUESTION, waiting } from '../waiting.ts'

const CRASH = { exitCode: 1, reason: 'Error' }
const HOLDS = /must stay pass until/

t.test('a rollout that completes passes once it has held for settle', async (t) => {
  const { stage, release, listen, time, heard, get, awaiting } = await waiting(t)
  const pod = release()
  await heard()
  const events = await listen()
  t.equal(events.response.status, 200)
  t.match(await events.named('verdict'), { data: { verdict: 'pending', target: 'deployment/web' } })
  const answered = get(`/gate?${QUESTION}`)
  await awaiting(2, 1)
  pod.becomesReady()
  t.match(await events.saying(HOLDS), { data: { verdict: 'pending', readyPods: 1, revision: stage.hash } })
  time.advance(9)
  t.equal(events.seen.at(-1)?.data.verdict, 'pending')
  time.advance(2)
  const final = await events.named('final')
  t.match(final, { data: { verdict: 'pass', code: null, revision: stage.hash } })
  t.match(await answered, { status: 200, body: { verdict: 'pass', readyPods: 1 } })
  await events.ended()
  const ids = events.seen.map(({ id }) => Number(id))
  t.same(
    ids,
    ids.toSorted((a, b) => a - b),
  )
  await awaiting(0, 0)
  t.equal(time.pending, 0, 'nothing is left behind')
})

t.test('settle=0 takes a pass at once, minReadySeconds takes longer than settle', async (t) => {
  const { release, get, heard, cluster, listen, time } = await waiting(t)
  release().becomesReady()
  await heard()
  t.match(await get(`/gate?${QUESTION}&settle=0`), { status: 200, body: { verdict: 'pass' } })
  cluster.patch('deployments', 'shop', 'web', { spec: { minReadySeconds: 40 } })
  cluster.patch('deployments', 'shop', 'web', { status: { observedGeneration: 100 } })
  await heard()
  const events = await listen()
  await events.saying(HOLDS)
  time.advance(39)
  t.not(events.seen.at(-1)?.name, 'final')
  time.advance(2)
  t.match(await events.named('final'), { data: { verdict: 'pass' } })
})

t.test('a crash while a pass settles begins the settling anew', async (t) => {
  const { release, listen, time, heard } = await waiting(t)
  const pod = release()
  pod.becomesReady()
  await heard()
  const events = await listen()
  const first = await events.saying(HOLDS)
  time.advance(8)
  pod.ends(CRASH)
  // The Deployment's counts and the pod come by two watches, in any order.
  const crashed = await events.next(({ data }) => data.crashes === 1)
  t.match(crashed, { name: 'verdict', data: { verdict: 'pending' } })
  pod.starts()
  pod.becomesReady()
  await heard()
  time.advance(9)
  // Up for 9 s after its crash: complete by its counts, yet a pass does not count before it has been up for 10 s.
  await heard()
  time.advance(2)
  const again = await events.saying(HOLDS)
  t.not(again.data.message, first.data.message)
  t.notOk(events.seen.some(({ name }) => name === 'final'))
  time.advance(11)
  t.match(await events.named('final'), { data: { verdict: 'pass', crashes: 1 } })
})

t.test('a crash loop fails with 424 as soon as the rules say so', async (t) => {
  const { release, get, heard, awaiting } = await waiting(t)
  const pod = release()
  await heard()
  const answered = get(`/gate?${QUESTION}`)
  await awaiting(1, 1)
  for (let crash = 0; crash < 4; crash += 1) {
    pod.ends(CRASH)
    pod.starts()
  }
  pod.ends(CRASH)
  pod.backsOff()
  t.match(await answered, { status: 424, body: { verdict: 'fail', code: 'process-crashing' } })
})

t.test('at the timeout the present verdict is told: pending 408', async (t) => {
  const { release, get, post, heard, awaiting, time, listen } = await waiting(t)
  release()
  await heard()
  const answered = get(`/gate?${QUESTION}&timeout=30s`)
  const posted = post('/gate', { namespace: 'shop', kind: 'deployment', name: 'web', timeout: '30s' })
  const events = await listen(`${QUESTION}&timeout=30s`)
  await awaiting(3, 1)
  time.advance(29)
  t.equal(events.seen.length, 0)
  time.advance(1)
  t.match(await answered, { status: 408, body: { verdict: 'pending', evaluatedAt: stamp(time.now()) } })
  t.match(await posted, { status: 408, body: { verdict: 'pending' } })
  t.match(await events.named('timeout'), { data: { verdict: 'pending' } })
  await events.ended()
})

t.test('a newer revision during the wait supersedes the one that is waited for', async (t) => {
  const { release, listen, get, heard, time, stage, awaiting } = await waiting(t)
  release()
  await heard()
  const old = stage.hash
  const events = await listen()
  await events.named('verdict')
  const byHash = get(`/gate?namespace=shop&hash=${old}&timeout=20s`)
  const answered = get(`/gate?${QUESTION}`)
  await awaiting(3, 2)
  time.advance(5)
  const late = await listen(`${QUESTION}&timeout=15s`)
  await late.named('verdict')
  release('registry.example/web:2')
  const superseded = { verdict: 'fail', code: 'superseded', revision: old }
  t.match(await events.named('final'), { data: superseded })
  t.match(await answered, { status: 424, body: superseded })
  // Whoever asked just before meant the new one: the API server's watch may be behind `kubectl apply`.
  const next = await late.next(({ data }) => data.revision === stage.hash)
  t.match(next, { name: 'verdict', data: { verdict: 'pending' } })
  time.advance(20)
  await late.named('timeout')
  t.not((await byHash).body.revision, stage.hash)
})

t.test('a heartbeat comes every 15 s, and clients that leave free everything', async (t) => {
  const { release, listen, heard, time, awaiting } = await waiting(t)
  release()
  await heard()
  const events = await listen()
  await events.named('verdict')
  for (const _ of [1, 2, 3]) {
    time.advance(15)
    await events.named('comment')
  }
  t.equal(events.seen.filter(({ name }) => name === 'comment').length, 3)
  events.close()
  await awaiting(0, 0)
  t.equal(time.pending, 0)
})

t.test('what is out of sight is waited for, said in the stream, and 503 at the timeout', async (t) => {
  const timing = {
    idleSeconds: 60,
    replaceSeconds: 0.05,
    catchUpSeconds: 0.02,
    absentSeconds: 0.2,
    healthySeconds: 120,
  }
  const { release, listen, heard, time, api, get, awaiting } = await waiting(t, { timing })
  release().becomesReady()
  await heard()
  const events = await listen()
  await events.saying(HOLDS)
  await api.stop()
  t.match(await get('/readyz'), { status: 200 })
  const early = listen(`${QUESTION}&timeout=40s`)
  while (!/"state":"broken"/.test(JSON.stringify((await get('/readyz')).body))) await awaiting(2, 1)
  time.advance(31)
  t.match(await events.next(({ data }) => data.verdict === 'unknown'), { name: 'verdict' })
  const answered = get(`/gate?${QUESTION}&timeout=5s`)
  await awaiting(3, 1)
  time.advance(5)
  t.match(await answered, {
    status: 503,
    body: { verdict: 'unknown', message: /cache is \d+ s old \(limit \d+ s\)/ },
  })
  time.advance(5)
  const timedOut = await (await early).named('timeout')
  t.match(timedOut, { data: { verdict: 'unknown' } })
  await api.start()
  await events.saying(HOLDS)
  time.advance(11)
  t.match(await events.named('final'), { data: { verdict: 'pass' } })
})

t.test('stopping lets all go with the present verdict', async (t) => {
  const { release, listen, heard, service, awaiting } = await waiting(t)
  release()
  await heard()
  const events = await listen()
  const answered = fetch(`${service.url}/gate?${QUESTION}`)
  await awaiting(2, 1)
  await service.stop(0)
  const { status, headers } = await answered
  t.equal(status, 408)
  t.equal(headers.get('retry-after'), '2')
  t.match(await events.named('closing'), { data: { verdict: 'pending' } })
  await events.ended()
})

t.test('a target that is not there is waited for a moment', async (t) => {
  const { release, get, heard, awaiting, cluster, time } = await waiting(t)
  const refused = get(`/gate?${QUESTION}`)
  await awaiting(1, 0)
  time.advance(1)
  t.match(await refused, { status: 404, body: { code: 'not-found' } })
  const answered = get(`/gate?${QUESTION}&settle=0`)
  await awaiting(1, 0)
  release().becomesReady()
  t.match(await answered, { status: 200, body: { verdict: 'pass' } })
  cluster.patch('deployments', 'shop', 'web', { spec: { replicas: 2 } })
  await heard()
  const deleted = get(`/gate?${QUESTION}`)
  await awaiting(1, 1)
  cluster.delete('deployments', 'shop', 'web')
  await heard()
  await awaiting(1, 1)
  while (time.pending < 2) await heard()
  time.advance(3)
  t.match(await deleted, { status: 424, body: { verdict: 'fail', code: 'not-found', message: /deleted/ } })
})

t.test('what cannot be asked is told as a problem', async (t) => {
  const { release, get, heard, listen, cluster, awaiting } = await waiting(t, {
    settings: { maxWaiting: '1' },
  })
  release()
  replicaSet(cluster, 'abc', 1)
  await heard()
  const cases: readonly (readonly [query: string, reason: RegExp])[] = [
    ['timeout=2h', /timeout: is at most 1h/],
    ['timeout=soon', /timeout/],
    ['settle=61m', /settle: is at most 1h/],
    ['format=yaml', /format/],
    ['timout=3s', /did you mean timeout/],
    ['wait=3s', /wait: unknown parameter/],
    ['hash=a&selector=b', /cannot be given with hash/],
  ]
  for (const [query, reason] of cases) {
    const { status, type, body } = await get(`/gate?${QUESTION}&${query}`)
    t.match({ status, type, detail: body.detail }, { status: 400, type: /problem/, detail: reason }, query)
  }
  const events = await listen()
  await awaiting(1, 1)
  t.match(await get(`/gate?${QUESTION}`), { status: 503, body: { code: 'too-many-waiting' } })
  events.close()
  await awaiting(0, 0)
  const refused = await listen(`${QUESTION}&timeout=2h`)
  t.equal(refused.response.status, 400)
  refused.close()
})

t.test('each format, by name and by Accept', async (t) => {
  const { release, service, heard } = await waiting(t)
  release().becomesReady()
  await heard()
  const cases: readonly (readonly [format: string, accept: string, type: RegExp, body: RegExp])[] = [
    ['', '*/*', /^application\/json/, /^\{"verdict":"pass"/],
    ['', 'text/plain', /^text\/plain/, /^\d\d:\d\d:\d\d pass deployment\/web: .*\n$/],
    [
      '',
      'text/html, application/xml;q=0.9, */*;q=0.1',
      /^application\/xml/,
      /<testcase name="deployment\/web"/,
    ],
    ['junit', 'application/json', /^application\/xml/, /tests="1" failures="0" errors="0"/],
    ['github', '*/*', /^text\/plain/, /^::notice title=deployment\/web%3A pass::Deployment web is complete/],
    ['text', 'application/json', /^text\/plain/, /pass/],
  ]
  for (const [format, accept, type, body] of cases) {
    const query = `${QUESTION}&settle=0${format === '' ? '' : `&format=${format}`}`
    const response = await fetch(`${service.url}/gate?${query}`, { headers: { accept } })
    const told = { type: response.headers.get('content-type'), body: await response.text() }
    t.match(told, { type, body }, `${format} ${accept}`)
  }
})

function stamp(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
