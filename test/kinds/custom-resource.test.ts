import t from 'tap'
import { parseCustomResources } from '../../src/kinds/custom-resource.ts'

const MAX_CUSTOM_RESOURCES = 32

const GOOD: readonly (readonly [text: string, plural: string])[] = [
  ['apps.kruise.io/v1alpha1/CloneSet', 'clonesets'],
  ['serving.knative.dev/v1/Revision', 'revisions'],
  ['core.strimzi.io/v1beta2/StrimziPodSet', 'strimzipodsets'],
  ['gateway.networking.k8s.io/v1/Gateway', 'gateways'],
  ['networking.istio.io/v1/ServiceEntry', 'serviceentries'],
  ['monitoring.coreos.com/v1/Prometheus', 'prometheuses'],
  ['example.org/v1/Mesh', 'meshes'],
  ['example.org/v1/Box', 'boxes'],
  ['databases.spotahome.com/v1/RedisFailover=redisfailovers', 'redisfailovers'],
  ['redis.redis.opstreelabs.in/v1beta2/Redis=redis', 'redis'],
  ['apps.kruise.io/v1beta1/StatefulSet', 'statefulsets'],
]

for (const [text, plural] of GOOD)
  t.test(text, async (t) => t.match(parseCustomResources([text]), [{ plural }]))

const BAD: readonly string[] = [
  '',
  'CloneSet',
  'apps/v1/Deployment',
  'v1/Pod',
  'apps.kruise.io/CloneSet',
  'apps.kruise.io/v1alpha1',
  'apps.kruise.io/v1alpha1/cloneset',
  'apps.kruise.io/v1alpha1/CloneSet/web',
  'apps.kruise.io/v1alpha1/CloneSet=',
  'apps.kruise.io/v1alpha1/CloneSet=CloneSets',
  'apps.kruise.io/v1alpha1/CloneSet=../../pods',
  'apps.kruise.io/v1alpha1/CloneSet=a=b',
  'apps.kruise.io/v1alpha1/CloneSet\n',
  'Apps.kruise.io/v1alpha1/CloneSet',
  'apps..io/v1/CloneSet',
  'apps.kruise.io/1/CloneSet',
  'apps.kruise.io/v1?watch=1/CloneSet',
]

for (const text of BAD)
  t.test(`"${text}" is refused`, async (t) =>
    t.throws(() => parseCustomResources([text]), { name: 'CustomResourceError' }),
  )

t.test('lists', async (t) => {
  const refused = { name: 'CustomResourceError' }
  t.same(parseCustomResources([]), [])
  t.equal(parseCustomResources(['a.io/v1/Foo', 'b.io/v1/Foo']).length, 2, 'one kind of two groups')
  t.throws(() => parseCustomResources(['a.io/v1/Foo', 'a.io/v2/Foo']), refused, 'two versions of one')
  t.throws(() => parseCustomResources(['a.io/v1/Foo', 'a.io/v1/Foo=foods']), refused, 'two plurals of one')
  t.throws(() => parseCustomResources(['argoproj.io/v1alpha1/Rollout']), refused, 'what is watched anyway')
  const many = Array.from({ length: MAX_CUSTOM_RESOURCES + 1 }, (_, index) => `a.io/v1/Foo${index}`)
  t.equal(parseCustomResources(many.slice(1)).length, MAX_CUSTOM_RESOURCES)
  t.throws(() => parseCustomResources(many), refused)
})
