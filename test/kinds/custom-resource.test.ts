import t from 'tap'
import {
  CustomResourceError,
  MAX_CUSTOM_RESOURCES,
  parseCustomResource,
  parseCustomResources,
} from '../../src/kinds/custom-resource.ts'

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
  t.test(text, async (t) => t.equal(parseCustomResource(text).plural, plural))

const BAD: readonly (readonly [text: string, message: RegExp])[] = [
  ['', /expected GROUP\/VERSION\/KIND/],
  ['CloneSet', /not an API group/],
  ['apps/v1/Deployment', /"apps" is not an API group/],
  ['v1/Pod', /not an API group/],
  ['apps.kruise.io/CloneSet', /"CloneSet" is not a version/],
  ['apps.kruise.io/v1alpha1', /is not a kind/],
  ['apps.kruise.io/v1alpha1/cloneset', /"cloneset" is not a kind/],
  ['apps.kruise.io/v1alpha1/CloneSet/web', /expected GROUP/],
  ['apps.kruise.io/v1alpha1/CloneSet=', /"" is not a plural/],
  ['apps.kruise.io/v1alpha1/CloneSet=CloneSets', /not a plural/],
  ['apps.kruise.io/v1alpha1/CloneSet=../../pods', /not a plural/],
  ['apps.kruise.io/v1alpha1/CloneSet=a=b', /expected GROUP/],
  ['Apps.kruise.io/v1alpha1/CloneSet', /not an API group/],
  ['apps..io/v1/CloneSet', /not an API group/],
  ['apps.kruise.io/1/CloneSet', /not a version/],
  ['apps.kruise.io/v1?watch=1/CloneSet', /not a version/],
  ['argoproj.io/v1alpha1/Rollout', /watches Rollouts anyway/],
]

for (const [text, message] of BAD)
  t.test(`"${text}" is refused`, async (t) =>
    t.throws(() => parseCustomResource(text), { name: 'CustomResourceError', message }),
  )

t.test('lists', async (t) => {
  t.same(parseCustomResources([]), [])
  t.equal(
    parseCustomResources([' a.io/v1/Foo ', 'b.io/v1/Foo']).length,
    2,
    'blanks around them do not matter',
  )
  t.throws(
    () => parseCustomResources(['a.io/v1/Foo', 'a.io/v2/Foo']),
    CustomResourceError,
    'two versions of one',
  )
  t.throws(
    () => parseCustomResources(['a.io/v1/Foo', 'a.io/v1/Foo=foods']),
    CustomResourceError,
    'two plurals of one',
  )
  const many = Array.from({ length: MAX_CUSTOM_RESOURCES + 1 }, (_, index) => `a.io/v1/Foo${index}`)
  t.equal(parseCustomResources(many.slice(1)).length, MAX_CUSTOM_RESOURCES)
  t.throws(() => parseCustomResources(many), CustomResourceError)
})
