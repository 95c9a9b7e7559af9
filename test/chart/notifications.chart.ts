// What the chart gives the notifier.
import t from 'tap'
import { at, list, text } from '../live/support/json.ts'
import { find, listed, RELEASE_NAMESPACE, render } from './support/helm.ts'

const pod = (object: unknown) => at(object, 'spec', 'template', 'spec')
const container = (object: unknown) => at(pod(object), 'containers', 0)
const ON = 'notifications.enabled=true'

t.test('nothing, while notifications are off', async (t) => {
  const objects = await render('defaults', { more: ['notifications.secretName=webhooks'] })
  t.notOk(listed(objects).some((name) => /^Role/.test(name)))
  const deployment = find(objects, 'Deployment')
  t.equal(at(pod(deployment), 'volumes'), undefined)
  t.equal(at(container(deployment), 'volumeMounts'), undefined)
})

t.test('a Role for the ledger and the Lease, in their namespace', async (t) => {
  for (const [more, namespace] of [
    [[ON], RELEASE_NAMESPACE],
    [[ON, 'config.notifyNamespace=elsewhere'], 'elsewhere'],
  ] as const) {
    const objects = await render('defaults', { more })
    const [role, binding] = [find(objects, 'Role'), find(objects, 'RoleBinding')]
    for (const object of [role, binding])
      t.match(at(object, 'metadata'), { name: 'lynceus-notifications', namespace })
    const account = { kind: 'ServiceAccount', name: 'lynceus', namespace: RELEASE_NAMESPACE }
    t.match(binding, { roleRef: { kind: 'Role', name: 'lynceus-notifications' }, subjects: [account] })
    const rules = list(role, 'rules')
    const verbs = rules.flatMap((rule) =>
      list(rule, 'verbs').map((verb) => `${text(verb)} ${list(rule, 'resources').join()}`),
    )
    t.same(verbs.sort(), [
      'create configmaps',
      'create leases',
      'get configmaps',
      'get leases',
      'update configmaps',
      'update leases',
    ])
    const named = rules.flatMap((rule) => list(rule, 'resourceNames'))
    t.equal(named.length, 17)
    t.ok(named.includes('lynceus-notifications-0') && named.includes('lynceus-notifications-15'))
    const cluster = list(find(objects, 'ClusterRole'), 'rules').at(-1)
    t.match(cluster, { resources: ['namespaces'], resourceNames: ['kube-system'], verbs: ['get'] })
  }
  t.notOk(
    listed(await render('defaults', { more: [ON, 'rbac.create=false'] })).some((name) => /Role/.test(name)),
  )
})

t.test('the settings file of a Secret, read-only', async (t) => {
  const more = [ON, 'notifications.secretName=webhooks', 'notifications.secretKey=targets.yaml']
  const deployment = find(await render('defaults', { more }), 'Deployment')
  t.match(pod(deployment), {
    volumes: [
      { name: 'lynceus-notify', secret: { secretName: 'webhooks', items: [{ key: 'targets.yaml' }] } },
    ],
  })
  t.match(container(deployment), {
    volumeMounts: [{ name: 'lynceus-notify', mountPath: '/etc/lynceus/notify', readOnly: true }],
    env: [{ name: 'LYNCEUS_NOTIFY_FILE', value: '/etc/lynceus/notify/targets.yaml' }],
  })
  const everything = find(await render('everything'), 'Deployment')
  t.same(
    list(pod(everything), 'volumes').map((volume) => at(volume, 'name')),
    ['lynceus-notify', 'ca'],
    'beside other volumes',
  )
  await t.rejects(render('defaults', { more: [...more, 'config.notifyFile=/x'] }), { message: /both name/ })
})
