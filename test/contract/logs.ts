import type { Test } from 'tap'
import { pod } from './objects.ts'
import type { Room } from './room.ts'

/** The log of a container, as far as the API server alone answers it: no node runs these pods. */
export async function logs(t: Test, { client, pods }: Room): Promise<void> {
  t.equal((await client.create(pods, pod('quiet'))).status, 201)
  const log = `${pods}/quiet/log`
  const empty = await client.get(`${log}?container=main&tailLines=20&limitBytes=100000`, '*/*')
  t.match(
    { ...empty, bytes: empty.bytes.toString() },
    { status: 200, contentType: /^text\/plain/, bytes: '' },
  )
  const previous = await client.get(`${log}?container=init&previous=true`, '*/*')
  t.equal(previous.status, 200, 'init containers have logs too')

  const unnamed = 'a container name must be specified for pod quiet, choose one of: [main]'
  const refusals = [
    ['', 400, 'BadRequest', `${unnamed} or one of the init containers: [init]`],
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
  const missing = await client.get(`${pods}/nothing/log?container=main`)
  t.match(missing, { status: 404, object: { reason: 'NotFound', message: 'pods "nothing" not found' } })
  t.equal((await client.send('POST', log, '{}', { 'content-type': 'application/json' })).status, 405)
  t.equal((await client.get(`${pods}/quiet/logs`)).status, 404, 'no such subresource')
  t.equal((await client.send('DELETE', `${pods}/quiet`)).status, 200)
}
