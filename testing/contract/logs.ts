import type { Test } from 'tap'
import { pod } from './objects.ts'
import type { Room } from './room.ts'

/** The log of a container, as far as the API server alone answers it: no node runs these pods. */
export async function logs(t: Test, { client, pods }: Room): Promise<void> {
  t.equal((await client.create(pods, pod('quiet'))).status, 201)
  const log = `${pods}/quiet/log`
  const empty = await client.get(`${log}?container=main&tailLines=20&limitBytes=100000`, '*/*')
  t.match({ ...empty, bytes: empty.bytes.length }, { status: 204, bytes: 0 }, 'no node, no content')
  t.equal((await client.get(`${log}?container=init&previous=true`)).status, 204, 'an init container')
  t.equal((await client.get(log)).status, 204, 'the only container need not be named')

  const refusals = [
    ['?container=other', 400, 'BadRequest', 'container other is not valid for pod quiet'],
    ['?container=main&tailLines=-1', 422, 'Invalid', /tailLines: Invalid value: -1/],
    ['?container=main&limitBytes=0', 422, 'Invalid', /limitBytes: Invalid value: 0/],
    ['?container=main&tailLines=many', 400, 'BadRequest', /many/],
  ] as const
  for (const [query, status, reason, message] of refusals)
    t.match(
      await client.get(`${log}${query}`),
      { status, object: { kind: 'Status', reason, message } },
      query,
    )
  const containers = ['a', 'b'].map((name) => ({ name, image: 'registry.example/main:1' }))
  const initContainers = [{ name: 'i', image: 'registry.example/init:1' }]
  const spec = { containers, initContainers, terminationGracePeriodSeconds: 0 }
  const metadata = { name: 'two' }
  const two = { apiVersion: 'v1', kind: 'Pod', metadata, spec }
  t.equal((await client.create(pods, two)).status, 201)
  const message = 'a container name must be specified for pod two, choose one of: [i a b]'
  t.match(await client.get(`${pods}/two/log`), { status: 400, object: { message } }, 'one of several')
  t.equal((await client.send('DELETE', `${pods}/two`)).status, 200)
  const missing = await client.get(`${pods}/nothing/log?container=main`)
  t.match(missing, { status: 404, object: { reason: 'NotFound', message: 'pods "nothing" not found' } })
  t.equal((await client.send('POST', log, '{}', { 'content-type': 'application/json' })).status, 405)
  t.equal((await client.get(`${pods}/quiet/logs`)).status, 404, 'no such subresource')
  t.equal((await client.send('DELETE', `${pods}/quiet`)).status, 200)
}
