import t from 'tap'
import { gateScene } from '../cli/gate-scene.ts'
import { run } from '../cli/lynceus.ts'

const QUESTION = 'namespace=shop&kind=deployment&name=web'

t.test('a base URL may end with a slash', async (t) => {
  const { service, get } = await gateScene(t, t.testdir({}))
  const expected = { status: 200, body: { verdict: 'pass' } }
  t.match(await get(`/analyze?${QUESTION}`), expected)
  for (const path of ['//analyze', '///analyze', '//analyze/rollout', '//analyze/crashes'])
    t.match(await get(`${path}?${QUESTION}`), expected, path)
  t.match(await get(`//gate?${QUESTION}&settle=0s`), expected, '//gate')
  for (const path of ['//livez', '//readyz', '//version', '//openapi.json'])
    t.match(await get(path), { status: 200 }, path)
  const post = { method: 'POST', headers: { 'content-type': 'application/json' } }
  const body = JSON.stringify({ namespace: 'shop', kind: 'deployment', name: 'web' })
  const answer = await fetch(`${service.url}//analyze`, { ...post, body })
  t.match(await answer.json(), expected.body, 'POST')

  t.match(await get('//nowhere'), { status: 404, body: { code: 'no-such-route' } })
  const long = await get(`//analyze?${QUESTION}&${'x'.repeat(5000)}`)
  t.match(long, { status: 414, body: { code: 'url-too-long' } })
})

t.test('lynceus gate takes such a base URL too', async (t) => {
  const { server } = await gateScene(t, t.testdir({}))
  const question = ['--namespace', 'shop', '--kind', 'deployment', '--name', 'web', '--settle', '0']
  for (const url of [`${server}/`, `${server}//`])
    t.match(
      await run(['gate', '--server', url, ...question]),
      { code: 0, stdout: / pass deployment\/web/ },
      url,
    )
  const env = { LYNCEUS_URL: `${server}/` }
  t.match(await run(['gate', ...question], env), { code: 0, stdout: / pass deployment\/web/ }, 'by variable')
})
