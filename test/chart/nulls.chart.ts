// Values that are set to null, or left empty in a file: each renders what is whole, or is refused by its name.
import t from 'tap'
import { at, text } from '../live/support/json.ts'
import { find, render, VALUE_SETS } from './support/helm.ts'
import { KEYS, renderWithNull } from './support/nulls.ts'

/** Paths of what is null in a rendered object, or text that a template makes of nothing. */
function holesOf(value: unknown, path: string): string[] {
  if (value === null || value === undefined) return [path]
  if (typeof value === 'string') return /<nil>|<no value>|%!/.test(value) ? [`${path}: ${value}`] : []
  if (typeof value !== 'object') return []
  return Object.entries(value).flatMap(([name, inner]) => holesOf(inner, `${path}.${name}`))
}

/** Null where the rendered objects are whole, else what is wrong with them. */
async function trouble(set: (typeof VALUE_SETS)[number], key: string): Promise<string | null> {
  const rendered = await renderWithNull(set, key)
  if (typeof rendered === 'string') return rendered
  const holes = (rendered ?? []).flatMap((object) =>
    holesOf(object, `${text(object, 'kind')}/${text(object, 'metadata', 'name')}`),
  )
  return holes.length === 0 ? null : holes.join(', ')
}

t.test('each key as null renders or is refused by its name', async (t) => {
  t.ok(KEYS.length > 100, `${KEYS.length} keys`)
  for (const set of ['defaults', 'everything'] as const) {
    t.test(set, async (t) => {
      for (const key of KEYS) t.equal(await trouble(set, key), null, `${key}=null`)
    })
  }
})

t.test('what has a meaning without a value is not refused', async (t) => {
  const optional = [
    'replicas',
    'config',
    'resources',
    'resourcesPreset',
    'podSecurityContext',
    'securityContext',
    'affinity',
    'tolerations',
    'topologySpreadConstraints',
    'probes.readiness',
    'image.pullPolicy',
    'image.tag',
    'service.type',
    'terminationGracePeriodSeconds',
    'serviceMonitor.interval',
    'networkPolicy.egressPorts',
    'dashboard.labels',
  ]
  await t.resolves(render('everything', { more: optional.map((key) => `${key}=null`) }))
  const bare = find(
    await render('bare', { more: ['replicas=null', 'podSecurityContext=null'] }),
    'Deployment',
  )
  t.equal(at(bare, 'spec', 'replicas'), undefined, 'the number of pods is left to others')
  t.equal(at(bare, 'spec', 'template', 'spec', 'securityContext'), undefined)
})

t.test('a key with nothing but comments below it is as if it were not there', async (t) => {
  for (const set of VALUE_SETS) {
    const expected = await render(set, { more: ['config=null'] })
    for (const values of ['config:\n  # staleAfter: 20s\n', 'config:\n', 'config: {}\n', ''])
      if (set !== 'everything' || values.startsWith('config:\n'))
        t.same(await render(set, { values }), expected, `${set}: ${JSON.stringify(values)}`)
  }
  const quiet =
    'extraEnv:\nextraVolumes:\ncommonLabels:\npodLabels:\nnamespaces:\ntolerations:\nimagePullSecrets:\n'
  t.same(await render('bare', { values: quiet }), await render('bare'))
})

t.test('an empty setting is not there', async (t) => {
  const env = async (...more: string[]) =>
    at(find(await render('bare', { more }), 'Deployment'), 'spec', 'template', 'spec', 'containers', 0, 'env')
  const expected = await env()
  t.match(expected, [{ name: 'LYNCEUS_MAX_HELD', value: '28' }])
  t.same(await env('config.notifyNamespace=', 'config.policyFile=', 'config.maxHeld=null'), expected)
  const more = ['notifications.enabled=true', 'config.notifyNamespace=']
  t.match(find(await render('defaults', { more }), 'Role'), { metadata: { namespace: 'watching' } })
})
