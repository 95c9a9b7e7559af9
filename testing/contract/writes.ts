import type { Test } from 'tap'
import { objectAt, stringAt } from '../fake-apiserver/json.ts'
import type { Room } from './room.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

/** What the notifier keeps in the cluster: written by POST and PUT, guarded by the resourceVersion. */
export async function writes(t: Test, { client, namespace }: Room): Promise<void> {
  const held = { holderIdentity: 'one', leaseDurationSeconds: 15, renewTime: '2026-01-02T03:04:05.000000Z' }
  const kinds = [
    {
      path: `/api/v1/namespaces/${namespace}/configmaps`,
      apiVersion: 'v1',
      kind: 'ConfigMap',
      rest: { data: { entries: '{}' } },
    },
    {
      path: `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`,
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      rest: { spec: held },
    },
  ]
  for (const { path, apiVersion, kind, rest } of kinds) {
    const object = { apiVersion, kind, metadata: { name: 'ledger' }, ...rest }
    t.equal((await client.get(`${path}/ledger`)).status, 404, `${kind}: not there yet`)
    const created = await client.create(path, object)
    t.match(created, { status: 201, object: rest }, 'created')
    t.match(
      await client.create(path, object),
      { status: 409, object: { reason: 'AlreadyExists' } },
      'by one only',
    )
    const resourceVersion = stringAt(objectAt(created.object, 'metadata'), 'resourceVersion')
    const next = JSON.stringify({
      ...object,
      metadata: { name: 'ledger', resourceVersion, labels: { turn: 'two' } },
    })
    const replaced = await client.send('PUT', `${path}/ledger`, next, JSON_TYPE)
    t.match(replaced, { status: 200, object: { metadata: { labels: { turn: 'two' } } } }, 'replaced')
    t.not(
      stringAt(objectAt(replaced.object, 'metadata'), 'resourceVersion'),
      resourceVersion,
      'with a new version',
    )
    const late = await client.send('PUT', `${path}/ledger`, next, JSON_TYPE)
    t.match(late, { status: 409, object: { reason: 'Conflict' } }, 'who read an older version is refused')
  }
}
