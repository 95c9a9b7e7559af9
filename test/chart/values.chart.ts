// Values that other charts have too, under their usual names; and what the values put into each object.
import t from 'tap'
import { at, type JsonObject, list, text } from '../live/support/json.ts'
import { repositoryText } from './support/examples.ts'
import { find, RELEASE_NAMESPACE, type RenderOptions, render, renderWithTests } from './support/helm.ts'

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`
const NAME_LABEL = 'app.kubernetes.io/name'

const deploymentOf = async (options: RenderOptions): Promise<JsonObject> =>
  find(await render('bare', options), 'Deployment')
const podOf = (deployment: JsonObject) => at(deployment, 'spec', 'template', 'spec')
const containerOf = (deployment: JsonObject) => at(podOf(deployment), 'containers', 0)

t.test('the image, by its parts', async (t) => {
  const images: readonly (readonly [settings: readonly string[], image: string])[] = [
    [[], 'localhost/lynceus:test'],
    [['image.tag='], 'localhost/lynceus:0.1.0'],
    [['image.registry=mirror:5000', 'image.repository=a/b'], 'mirror:5000/a/b:test'],
    [['image.registry=mirror/', 'image.repository=a/b'], 'mirror/a/b:test'],
    [[`image.digest=${DIGEST}`], `localhost/lynceus:test@${DIGEST}`],
    [[`image.digest=${DIGEST}`, 'image.tag='], `localhost/lynceus@${DIGEST}`],
  ]
  for (const [more, image] of images)
    for (const object of await renderWithTests('defaults', { more }).then((all) => [
      containerOf(find(all, 'Deployment')),
      at(find(all, 'Pod'), 'spec', 'containers', 0),
    ]))
      t.equal(at(object, 'image'), image, more.join())
  await t.rejects(render('defaults', { more: ['image.digest=latest'] }), /digest/)
})

t.test('names that other charts use', async (t) => {
  const replicas = async (...more: string[]) => at(await deploymentOf({ more }), 'spec', 'replicas')
  t.equal(await replicas('replicaCount=3'), 3)
  t.equal(await replicas('replicaCount=0'), 0)
  t.equal(await replicas('replicaCount=5', 'replicas=1'), 5, 'it wins')
  const held = containerOf(await deploymentOf({ more: ['replicaCount=7'] }))
  t.match(at(held, 'env'), [{ name: 'LYNCEUS_MAX_HELD', value: '4' }], 'the workers are divided by it')

  const more = ['imagePullSecrets[0].name=a', 'imagePullSecrets[1]=b', 'image.pullSecrets[0].name=c']
  const secrets = list(podOf(await deploymentOf({ more })), 'imagePullSecrets')
  t.same(secrets.map((secret) => text(secret, 'name')).sort(), ['a', 'b', 'c'])
})

t.test('what is passed through', async (t) => {
  const objects = await renderWithTests('everything')
  const deployment = find(objects, 'Deployment')
  t.match(deployment, {
    metadata: { annotations: { 'example.com/e': 'f' } },
    spec: { revisionHistoryLimit: 3 },
  })
  const shared = {
    dnsPolicy: 'None',
    dnsConfig: { nameservers: ['10.0.0.10'] },
    hostAliases: [{ ip: '203.0.113.7' }],
    priorityClassName: 'system-cluster-critical',
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    tolerations: [{ key: 'dedicated' }],
    imagePullSecrets: [{ name: 'registry' }, { name: 'mirror' }],
    securityContext: { runAsUser: 65532, fsGroup: 65532, runAsNonRoot: true },
  }
  t.match(podOf(deployment), { ...shared, initContainers: [{ name: 'first' }] })
  t.match(at(find(objects, 'Pod'), 'spec'), shared, 'the pod of helm test gets the same')
  t.same(
    list(podOf(deployment), 'containers').map((one) => text(one, 'name')),
    ['lynceus', 'beside'],
  )
  t.same(at(containerOf(deployment), 'args'), ['serve', '--max-series=500'])
  t.equal(at(containerOf(await deploymentOf({})), 'args'), undefined, 'else the image says what runs')

  const url = `http://watch.${RELEASE_NAMESPACE}:8443`
  t.match(find(objects, 'ConfigMap', 'extra'), { metadata: { namespace: RELEASE_NAMESPACE }, data: { url } })
  t.match(find(objects, 'ConfigMap', 'lynceus-text'), { metadata: { namespace: RELEASE_NAMESPACE } })

  t.match(list(find(objects, 'ServiceMonitor'), 'spec', 'endpoints'), [
    {
      scrapeTimeout: '5s',
      relabelings: [{ targetLabel: 'cluster' }],
      metricRelabelings: [{ action: 'drop' }],
    },
  ])
  t.match(at(find(objects, 'Service'), 'spec'), { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4'] })
})

t.test('the address to listen on', async (t) => {
  const env = at(containerOf(await deploymentOf({ more: ['config.host=0.0.0.0'] })), 'env')
  t.match(env, [{}, { name: 'LYNCEUS_HOST', value: '0.0.0.0' }])
})

t.test('an Ingress and an HTTPRoute lead to the Service', async (t) => {
  const objects = await render('everything')
  const backend = { service: { name: 'watch', port: { name: 'http' } } }
  t.match(find(objects, 'Ingress'), {
    metadata: { annotations: { 'example.com/login': 'sso' } },
    spec: {
      ingressClassName: 'nginx',
      tls: [{ secretName: 'tls' }],
      rules: [
        {
          host: 'lynceus.example.com',
          http: { paths: [{ path: '/', pathType: 'Prefix', backend }] },
        },
        { host: 'example.com', http: { paths: [{ path: '/analyze', pathType: 'Exact', backend }] } },
      ],
    },
  })
  const backendRefs = [{ name: 'watch', port: 8443 }]
  t.match(find(objects, 'HTTPRoute'), {
    metadata: { annotations: { 'example.com/login': 'sso' } },
    spec: {
      parentRefs: [{ name: 'public', namespace: 'gateways' }],
      hostnames: ['lynceus.example.com'],
      rules: [{ matches: [{ path: { value: '/' } }], filters: [{}], backendRefs }],
    },
  })
  const more = ['httpRoute.enabled=true', 'httpRoute.parentRefs[0].name=public', 'service.port=81']
  const usual = find(await render('bare', { more }), 'HTTPRoute')
  t.same(at(usual, 'spec', 'rules'), [{ backendRefs: [{ name: 'lynceus', port: 81 }] }], 'all paths')
  await t.rejects(render('bare', { more: ['ingress.enabled=true'] }), /ingress\.hosts/)
  await t.rejects(render('bare', { more: ['httpRoute.enabled=true'] }), /httpRoute\.parentRefs/)
})

t.test('names that YAML takes for numbers stay names', async (t) => {
  for (const set of ['defaults', 'everything'] as const) {
    const values = 'namespaces: ["12", "1e3"]\nfullnameOverride: ""\n'
    const objects = await renderWithTests(set, { values, release: '007', namespace: '42' })
    for (const object of objects) {
      const name = `${text(object, 'kind')} ${text(object, 'metadata', 'name')}`
      for (const namespace of namespacesOf(object)) t.type(namespace, 'string', name)
      const labels = at(object, 'metadata', 'labels') ?? {}
      for (const [label, value] of Object.entries(labels)) t.type(value, 'string', `${name}: ${label}`)
    }
    const selector = at(find(objects, 'Service'), 'spec', 'selector')
    t.strictSame(selector, { [NAME_LABEL]: 'lynceus', 'app.kubernetes.io/instance': '007' })
  }
})

/** All that stands at any `namespace` of an object. */
function namespacesOf(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) =>
    name === 'namespace' && typeof inner !== 'object' ? [inner] : namespacesOf(inner),
  )
}

t.test('the values in docs/install.md render what they are about', async (t) => {
  const blocks = [...repositoryText('docs/install.md').matchAll(/```yaml\n([\s\S]*?)```/g)].map(
    ([, block]) => block,
  )
  for (const [name, kind] of [
    ['ingress', 'Ingress'],
    ['httpRoute', 'HTTPRoute'],
  ] as const) {
    const values = blocks.find((block) => block?.startsWith(`${name}:`))
    if (values === undefined) throw new Error(`docs/install.md has no values of ${name}`)
    const object = find(await render('defaults', { values }), kind)
    t.match(JSON.stringify(object), 'lynceus.example.com', kind)
  }
})

t.test('each label once, and the user’s wins', async (t) => {
  const values = `
commonLabels: { team: a, app.kubernetes.io/version: "9", app.kubernetes.io/part-of: shop, same: common }
podLabels: { team: b, same: pod, helm.sh/chart: other }
serviceMonitor: { enabled: true, labels: { team: c } }
prometheusRule: { enabled: true, labels: { team: d } }
dashboard: { enabled: true, labels: { team: e } }
`
  const objects = await renderWithTests('bare', { values })
  for (const object of objects)
    t.match(at(object, 'metadata', 'labels'), { 'app.kubernetes.io/part-of': 'shop', same: 'common' })
  const teams = objects.map((object) => [text(object, 'kind'), at(object, 'metadata', 'labels', 'team')])
  t.match(Object.fromEntries(teams), {
    Deployment: 'a',
    Service: 'a',
    ServiceMonitor: 'c',
    PrometheusRule: 'd',
    ConfigMap: 'e',
  })
  const labels = at(find(objects, 'Deployment'), 'spec', 'template', 'metadata', 'labels')
  t.match(labels, { team: 'b', same: 'pod', 'app.kubernetes.io/version': '9', 'helm.sh/chart': 'other' })

  for (const place of ['commonLabels', 'podLabels', 'serviceMonitor.labels'])
    for (const name of [NAME_LABEL, 'app.kubernetes.io/instance']) {
      const more = [`${place}.${name.replaceAll('.', '\\.')}=x`]
      await t.rejects(
        render('defaults', { more }),
        new RegExp(`label ${name} cannot be set`),
        `${place} ${name}`,
      )
    }
})

t.test('each variable once, and the user’s wins', async (t) => {
  const values = `
config: { staleAfter: 20s, maxSeries: 5 }
namespaces: [shop]
extraEnv:
  - { name: LYNCEUS_STALE_AFTER, value: 40s }
  - { name: ZONE, value: a }
  - { name: LYNCEUS_NAMESPACES, valueFrom: { configMapKeyRef: { name: places, key: all } } }
  - { name: ZONE, value: b }
`
  const env = list(containerOf(await deploymentOf({ values })), 'env')
  const names = env.map((variable) => text(variable, 'name'))
  t.same(names, [...new Set(names)], 'none is there twice')
  t.same(env, [
    { name: 'LYNCEUS_MAX_HELD', value: '28' },
    { name: 'LYNCEUS_MAX_SERIES', value: '5' },
    { name: 'LYNCEUS_STALE_AFTER', value: '40s' },
    { name: 'LYNCEUS_NAMESPACES', valueFrom: { configMapKeyRef: { name: 'places', key: 'all' } } },
    { name: 'ZONE', value: 'b' },
  ])
})

t.test('DNS is allowed, on the ports of kube-dns and of OpenShift', async (t) => {
  const [dns] = list(find(await render('defaults'), 'NetworkPolicy'), 'spec', 'egress')
  t.same(
    list(dns, 'ports').map((port) => `${at(port, 'port')} ${at(port, 'protocol')}`),
    ['53 UDP', '53 TCP', '5353 UDP', '5353 TCP'],
  )
})

t.test('helm test asks the Service, from a pod that nothing of ours selects', async (t) => {
  const objects = await renderWithTests('confined')
  const pod = find(objects, 'Pod')
  t.match(at(pod, 'metadata', 'annotations'), { 'helm.sh/hook': 'test' })
  const [container] = list(pod, 'spec', 'containers')
  t.equal(at(container, 'image'), at(containerOf(find(objects, 'Deployment')), 'image'))
  t.equal(list(container, 'command').at(-1), `http://lynceus.${RELEASE_NAMESPACE}/readyz`)
  const labels = at(pod, 'metadata', 'labels')
  const selector = at(find(objects, 'Service'), 'spec', 'selector')
  t.not(at(labels, NAME_LABEL), at(selector, NAME_LABEL), 'the Service leads elsewhere')
  const from = list(find(objects, 'NetworkPolicy'), 'spec', 'ingress', 0, 'from')
  const allowed = from
    .map((peer) => at(peer, 'podSelector', 'matchLabels'))
    .filter((one) => one !== undefined)
  t.equal(allowed.length, 1)
  t.match(labels, allowed[0], 'the policy lets it in')
})
