import type { Test } from 'tap'
import { PROTOBUF } from './client.ts'
import { pod } from './objects.ts'
import type { Room } from './room.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

/** Refusals: the HTTP status and the Status object. */
export async function errors(t: Test, { client, namespace, pods }: Room): Promise<void> {
  const missing = await client.get(`${pods}/nothing`)
  t.equal(missing.status, 404, 'no such pod')
  const details = { name: 'nothing', kind: 'pods' }
  const message = 'pods "nothing" not found'
  t.match(missing.object, {
    kind: 'Status',
    status: 'Failure',
    message,
    reason: 'NotFound',
    details,
    code: 404,
  })

  const resource = await client.get('/api/v1/nothings')
  t.equal(resource.status, 404, 'no such resource')
  t.match(resource.object, {
    reason: 'NotFound',
    message: 'the server could not find the requested resource',
  })
  const group = await client.get('/apis/nothing.example/v1/nothings')
  t.equal(group.status, 404, 'no such group')
  t.match(group.contentType, /^text\/plain/, 'which is plain text')

  const twice = await client.create(pods, pod('a-1'))
  t.match(twice, { status: 409, object: { reason: 'AlreadyExists', code: 409 } }, 'created twice')
  const stale = await client.patch(`${pods}/a-1`, {
    metadata: { resourceVersion: '1', labels: { half: 'third' } },
  })
  t.match(stale, { status: 409, object: { reason: 'Conflict', code: 409 } }, 'changed on a wrong assumption')
  const method = await client.send('PUT', pods, '{}', JSON_TYPE)
  t.match(
    method,
    { status: 405, object: { reason: 'MethodNotAllowed', code: 405 } },
    'a method that is not there',
  )
  const media = await client.send('POST', pods, 'x', { 'content-type': 'text/plain' })
  t.match(
    media,
    { status: 415, object: { reason: 'UnsupportedMediaType', code: 415 } },
    'a body of an unknown type',
  )
  const accept = await client.get(pods, 'text/html')
  t.match(
    accept,
    { status: 406, object: { reason: 'NotAcceptable', code: 406 } },
    'an answer that cannot be given',
  )

  for (const query of [
    'fieldSelector=nothing%3D1',
    'labelSelector=a%3Db%3Dc',
    'limit=many',
    'continue=nonsense',
  ]) {
    const bad = await client.get(`${pods}?${query}`)
    t.match(bad, { status: 400, object: { kind: 'Status', reason: 'BadRequest' } }, `a bad request: ${query}`)
  }
  const forbidden = ['sendInitialEvents=true', 'resourceVersionMatch=Exact', 'watch=1&sendInitialEvents=true']
  for (const query of forbidden) {
    const bad = await client.get(`${pods}?${query}`, PROTOBUF)
    t.match(
      bad,
      { status: 422, object: { reason: 'Invalid', code: 422 } },
      `options that do not fit: ${query}`,
    )
  }
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { namespace, verb: 'list', resource: 'pods' } },
  }
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
  t.match(await client.create(path, review), { status: 201, object: { status: { allowed: true } } }, 'may I?')
  const vague = await client.create(path, { ...review, spec: {} })
  t.match(vague, { status: 422, object: { reason: 'Invalid', code: 422 } }, 'may I what?')
  t.match((await client.get('/version')).object, { major: '1' }, 'the version')
  t.match(
    (await client.get('/apis/apps/v1')).object,
    { kind: 'APIResourceList', groupVersion: 'apps/v1' },
    'discovery',
  )
}
