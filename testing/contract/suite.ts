import { randomBytes } from 'node:crypto'
import type { Test } from 'tap'
import { ContractClient, type ContractTarget } from './client.ts'
import { encodings } from './encodings.ts'
import { errors } from './errors.ts'
import { lists } from './lists.ts'
import { logs } from './logs.ts'
import { type Room, waitForPods } from './room.ts'
import { watches } from './watches.ts'
import { writes } from './writes.ts'

/**
 * What Lynceus relies on in a Kubernetes API, as assertions. Works in a namespace of its own, which it deletes. The very
 * same holds for the embedded API and a real API server.
 */
export async function contractSuite(t: Test, target: ContractTarget): Promise<void> {
  const client = new ContractClient(target)
  const namespace = `contract-${randomBytes(4).toString('hex')}`
  const room: Room = { client, target, namespace, pods: `/api/v1/namespaces/${namespace}/pods` }
  const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }
  t.equal((await client.create('/api/v1/namespaces', object)).status, 201, 'a namespace of its own')
  await waitForPods(room)
  await t.test('lists', (t) => lists(t, room))
  await t.test('watches', (t) => watches(t, room))
  await t.test('encodings', (t) => encodings(t, room))
  await t.test('logs', (t) => logs(t, room))
  await t.test('errors', (t) => errors(t, room))
  await t.test('writes', (t) => writes(t, room))
  t.equal(
    (await client.send('DELETE', `/api/v1/namespaces/${namespace}`)).status,
    200,
    'the namespace is given back',
  )
}
