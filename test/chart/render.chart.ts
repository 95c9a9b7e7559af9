// The chart as helm renders it, over the value sets in values/.

import { isDeepStrictEqual } from 'node:util'
import t from 'tap'
import { parseCustomResources } from '../../src/kinds/custom-resource.ts'
import { listResources } from '../../src/kinds/index.ts'
import { at, list, text } from '../live/support/json.ts'
import { find, lint, listed, RELEASE_NAMESPACE, render, VALUE_SETS } from './support/helm.ts'

const CORE = [
  'Deployment/lynceus',
  'NetworkPolicy/lynceus',
  'PodDisruptionBudget/lynceus',
  'Service/lynceus',
  'ServiceAccount/lynceus',
]
const CLUSTER_WIDE = [
  `ClusterRole/${RELEASE_NAMESPACE}-lynceus`,
  `ClusterRoleBinding/${RELEASE_NAMESPACE}-lynceus`,
]
const TEMPLATES = ['compare', 'crashcheck', 'gate', 'prepromotion', 'tripwire'].map(
  (name) => `ClusterAnalysisTemplate/lynceus-${name}`,
)
const MONITORING = ['PrometheusRule/lynceus', 'ServiceMonitor/lynceus']

const READ = ['list', 'watch']

const pod = (object: unknown) => at(object, 'spec', 'template', 'spec')
const container = (object: unknown) => at(pod(object), 'containers', 0)

t.test('helm lint is strict and content', async (t) => {
  for (const set of VALUE_SETS) t.match(await lint(set), /0 chart\(s\) failed/, set)
})

t.test('what is rendered', async (t) => {
  const sorted = (...names: string[][]) => names.flat().sort()
  t.same(listed(await render('defaults')), sorted(CORE, CLUSTER_WIDE, TEMPLATES, MONITORING), 'defaults')
  const without = await render('defaults', { hasKinds: false })
  t.same(listed(without), sorted(CORE, CLUSTER_WIDE), 'a cluster without Argo Rollouts and the operator')
  t.same(listed(await render('bare')), ['Deployment/lynceus', 'Service/lynceus'], 'bare')
})

t.test('nodes are in no namespace: one role for all, or one of their own', async (t) => {
  const roles = async (...more: string[]) =>
    (await render('defaults', { more }))
      .filter((one) => list(one, 'rules').some((rule) => list(rule, 'resources').includes('nodes')))
      .map((one) => `${one.kind}/${text(one, 'metadata', 'name')}`)
  const cluster = `ClusterRole/${RELEASE_NAMESPACE}-lynceus`
  t.same(await roles(), [cluster])
  t.same(await roles('rbac.nodes=false'), [])
  t.same(await roles('namespaces={shop}'), [])
  t.same(await roles('namespaces={shop}', 'rbac.nodes=true'), [`${cluster}-nodes`])
})

t.test('no privilege, whatever the values', async (t) => {
  for (const set of VALUE_SETS) {
    const deployment = find(await render(set), 'Deployment')
    t.match(
      pod(deployment),
      {
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        enableServiceLinks: false,
      },
      set,
    )
    t.match(
      container(deployment),
      {
        securityContext: {
          readOnlyRootFilesystem: true,
          allowPrivilegeEscalation: false,
          privileged: false,
          capabilities: { drop: ['ALL'] },
        },
        resources: { requests: { cpu: String, memory: String }, limits: { memory: String } },
      },
      set,
    )
  }
})

t.test('what the container gets, by the size of the cluster or as given', async (t) => {
  const resourcesOf = async (...more: string[]) =>
    at(container(find(await render('defaults', { more }), 'Deployment')), 'resources')
  const memory = await Promise.all(
    ['small', 'medium', 'large', 'huge'].map(async (size) =>
      at(await resourcesOf(`resourcesPreset=${size}`), 'requests', 'memory'),
    ),
  )
  t.same(memory, ['192Mi', '256Mi', '512Mi', '640Mi'])
  t.same(await resourcesOf(), await resourcesOf('resourcesPreset=medium'))
  t.same(await resourcesOf('resources.requests.memory=1Mi'), { requests: { memory: '1Mi' } })
  t.equal(await resourcesOf('resourcesPreset=null'), undefined)
  await t.rejects(resourcesOf('resourcesPreset=tiny'), /resourcesPreset/)
})

t.test('availability', async (t) => {
  const objects = await render('defaults')
  const deployment = find(objects, 'Deployment')
  t.match(at(deployment, 'spec'), {
    replicas: 2,
    strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
  })
  t.same(
    list(pod(deployment), 'topologySpreadConstraints').map((spread) => at(spread, 'topologyKey')),
    ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'],
  )
  t.match(container(deployment), {
    readinessProbe: { httpGet: { path: '/readyz', port: 'http' } },
    livenessProbe: { httpGet: { path: '/livez', port: 'http' } },
  })
  t.same(
    at(container(deployment), 'lifecycle', 'preStop'),
    { sleep: { seconds: 5 } },
    'nothing that needs a shell: the image has none',
  )
  t.match(at(find(objects, 'PodDisruptionBudget'), 'spec'), { maxUnavailable: 1 })

  const scaled = await render('everything')
  t.equal(at(find(scaled, 'Deployment'), 'spec', 'replicas'), undefined, 'the autoscaler sets the replicas')
  t.match(at(find(scaled, 'HorizontalPodAutoscaler'), 'spec'), { scaleTargetRef: { name: 'watch' } })
  t.equal(at(container(find(await render('bare'), 'Deployment')), 'lifecycle'), undefined)
})

t.test('selectors meet the labels of the pods', async (t) => {
  for (const set of VALUE_SETS) {
    const objects = await render(set)
    const labels = at(find(objects, 'Deployment'), 'spec', 'template', 'metadata', 'labels')
    for (const object of objects) {
      const { kind } = object
      const selector =
        kind === 'Service'
          ? at(object, 'spec', 'selector')
          : (at(object, 'spec', 'selector', 'matchLabels') ??
            at(object, 'spec', 'podSelector', 'matchLabels'))
      if (selector !== undefined && kind !== 'ServiceMonitor') t.match(labels, selector, `${set}: ${kind}`)
    }
  }
})

t.test('the right to logs comes with their setting, and only with it', async (t) => {
  const rule = { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] }
  for (const [set, kind] of [
    ['defaults', 'ClusterRole'],
    ['confined', 'Role'],
  ] as const) {
    const has = async (...more: readonly string[]) =>
      list(find(await render(set, { more }), kind), 'rules').some((one) => isDeepStrictEqual(one, rule))
    t.equal(await has(), false, `${kind}: off by default`)
    t.equal(await has('config.logs=false'), false, kind)
    t.equal(await has('config.logs=true'), true, kind)
  }
})

t.test('roles only read, and only what is wanted', async (t) => {
  const rulesOf = (object: unknown) => list(object, 'rules')
  const everything = rulesOf(find(await render('defaults'), 'ClusterRole'))
  for (const rule of everything) t.same(at(rule, 'verbs'), READ, JSON.stringify(at(rule, 'resources')))
  t.same(
    everything.flatMap((rule) => list(rule, 'resources')).sort(),
    listResources([])
      .map(({ plural }) => plural)
      .sort(),
  )

  const confined = await render('confined')
  const roles = confined.filter(({ kind }) => kind === 'Role')
  t.same(
    roles.map((role) => text(role, 'metadata', 'namespace')),
    ['shop', 'checkout'],
  )
  t.notOk(
    confined.some(({ kind }) => String(kind).startsWith('ClusterRole')),
    'nothing cluster-wide',
  )
  for (const role of roles) {
    const resources = rulesOf(role).flatMap((rule) => list(rule, 'resources'))
    t.notOk(resources.includes('events') || resources.includes('rollouts'), 'left out as the values say')
  }
  for (const binding of confined.filter(({ kind }) => kind === 'RoleBinding'))
    t.match(list(binding, 'subjects'), [{ name: 'watcher', namespace: RELEASE_NAMESPACE }])
})

t.test('custom resources may be read by the names that the program gives them', async (t) => {
  const names = [
    'apps.kruise.io/v1alpha1/CloneSet',
    'gateway.networking.k8s.io/v1/Gateway',
    'networking.istio.io/v1/ServiceEntry',
    'example.org/v1/Mesh',
    'redis.redis.opstreelabs.in/v1beta2/Redis=redis',
  ]
  const more = [`customResources={${names.join(',')}}`]
  const resources = parseCustomResources(names)
  for (const [set, kind] of [
    ['defaults', 'ClusterRole'],
    ['confined', 'Role'],
  ] as const) {
    const rules = list(find(await render(set, { more }), kind), 'rules')
    for (const { group, plural } of resources) {
      const rule = { apiGroups: [group], resources: [plural], verbs: READ }
      t.ok(
        rules.some((one) => isDeepStrictEqual(one, rule)),
        `${set}: ${plural}.${group}`,
      )
    }
  }
  const env = at(container(find(await render('bare', { more }), 'Deployment')), 'env')
  t.match(env, [{ name: 'LYNCEUS_CUSTOM_RESOURCES', value: names.join(',') }])
})

t.test('settings become variables', async (t) => {
  const env = async (...more: string[]) =>
    at(container(find(await render('bare', { more }), 'Deployment')), 'env')
  const held = (value: string) => ({ name: 'LYNCEUS_MAX_HELD', value })
  t.same(await env(), [held('28')], 'for all else the program has its own defaults')
  t.same(
    await env(
      'config.staleAfter=20s',
      'config.maxSeries=1000000',
      'config.logLevel=null',
      'namespaces={a,b}',
    ),
    [
      { name: 'LYNCEUS_NAMESPACES', value: 'a,b' },
      held('28'),
      { name: 'LYNCEUS_MAX_SERIES', value: '1000000' },
      { name: 'LYNCEUS_STALE_AFTER', value: '20s' },
    ],
  )
})

t.test('all replicas together leave workers of the controller free', async (t) => {
  const held: readonly (readonly [settings: readonly string[], each: string])[] = [
    [['replicas=2'], '14'],
    [['replicas=0'], '28'],
    [['autoscaling.enabled=true', 'autoscaling.maxReplicas=4'], '7'],
    [['replicas=2', 'analysisTemplates.controllerThreads=100'], '49'],
    [['replicas=3', 'analysisTemplates.controllerThreads=1'], '1'],
    [['replicas=2', 'config.maxHeld=0'], '0'],
  ]
  for (const [settings, each] of held) {
    const deployment = find(await render('bare', { more: settings }), 'Deployment')
    t.same(at(container(deployment), 'env'), [{ name: 'LYNCEUS_MAX_HELD', value: each }], settings.join())
  }
})

t.test('values that are wrong are refused by name', async (t) => {
  const refused: Readonly<Record<string, RegExp>> = {
    'config.staleAftr=20s': /staleAftr/,
    'replica=3': /replica/,
    'image.pullPolicy=Sometimes': /pullPolicy/,
    'config.staleAfter=banana': /staleAfter/,
    'config.logLevel=loud': /logLevel/,
    'config.maxHeld=-1': /maxHeld/,
    'config.notifyAllowLoopback=perhaps': /notifyAllowLoopback/,
    'namespaces={Shop}': /namespaces/,
    'service.port=70000': /port/,
    'fullnameOverride=UPPER': /fullnameOverride/,
    'analysisTemplates.namePrefix=Bad_P': /namePrefix/,
  }
  for (const [setting, message] of Object.entries(refused))
    await t.rejects(render('defaults', { more: [setting] }), message, setting)
  const more = ['autoscaling.enabled=true', 'autoscaling.minReplicas=9']
  await t.rejects(render('defaults', { more }), /minReplicas is greater/)
})

t.test('analysis templates ask the Service of the release', async (t) => {
  const urlOf = (object: unknown) =>
    list(object, 'spec', 'args').find((argument) => at(argument, 'name') === 'lynceus')
  const objects = await render('defaults')
  for (const template of objects.filter(({ kind }) => kind === 'ClusterAnalysisTemplate'))
    t.match(urlOf(template), { value: 'http://lynceus.watching' }, text(template, 'metadata', 'name'))
  const other = find(await render('everything'), 'ClusterAnalysisTemplate', 'watch-gate')
  t.match(urlOf(other), { value: 'http://watch.watching:8443' })
})

t.test('what belongs to the whole cluster is not made for some namespaces by itself', async (t) => {
  const made = async (...more: string[]) => {
    const objects = await render('defaults', { more: ['namespaces={shop}', ...more] })
    return objects.filter(({ kind }) => kind === 'ClusterAnalysisTemplate').length
  }
  t.equal(await made(), 0)
  t.equal(await made('analysisTemplates.enabled=true'), TEMPLATES.length)
})

t.test('monitoring', async (t) => {
  const objects = await render('everything')
  t.match(list(find(objects, 'ServiceMonitor'), 'spec', 'endpoints'), [{ port: 'http', honorLabels: true }])
  const rules = list(find(objects, 'PrometheusRule'), 'spec', 'groups', 0, 'rules')
  t.match(rules[0], {
    alert: 'LynceusNoReplicaReady',
    expr: 'absent(lynceus_ready{job="watch",namespace="watching"} == 1)',
  })
  t.match(JSON.stringify(rules), /{{ \$labels.namespace }}/, 'left for Prometheus to fill in')
  const dashboard: unknown = JSON.parse(text(find(objects, 'ConfigMap'), 'data', 'lynceus.json'))
  t.equal(at(dashboard, 'title'), 'Lynceus')
})
