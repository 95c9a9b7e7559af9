// What the compiler does not notice when a kind is added: that it can be asked about, may be read, and can be tested.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { findKind, listKinds, listResources, parseKind } from '../../src/kinds/index.ts'
import { EmbeddedCluster } from '../../testing/fake-apiserver/index.ts'

/** They tell more about the objects of other kinds; nobody asks about them. */
const NO_KIND = ['controllerrevisions', 'events', 'nodes']

const watched = listResources([])
const names = watched.map(({ name }) => name).toSorted()

t.test('every resource that is watched belongs to a kind, and every kind is watched', async (t) => {
  const ofKinds = listKinds([]).map(({ resource }) => resource.name)
  t.same([...ofKinds, ...NO_KIND].toSorted(), names, 'KINDS of src/kinds/index.ts')
})

t.test(
  'what may be absent or refused is optional for custom resources, and all else is needed',
  async (t) => {
    const custom = { group: 'example.com', version: 'v1', kind: 'Widget', plural: 'widgets' }
    const widget = findKind('widget.example.com', [custom])
    for (const { kind, resource, dispensable } of listKinds([])) {
      const list = dispensable === 'no' ? widget.needs : widget.optional
      t.ok(list.includes(resource.name), kind)
    }
  },
)

t.test('no name means two kinds', async (t) => {
  const all = listKinds([]).flatMap(({ kind, names }) => [kind, ...names])
  t.equal(new Set(all).size, all.length)
})

t.test('a kind may be asked for by its plural', async (t) => {
  for (const { kind, resource } of listKinds([])) t.equal(parseKind(resource.plural, []), kind)
})

t.test('the role of the chart lets Lynceus read each of them', async (t) => {
  const template = readFileSync(
    new URL('../../charts/lynceus/templates/_helpers.tpl', import.meta.url),
    'utf8',
  )
  const [, rules = ''] = template.split('{{- define "lynceus.rules" -}}')
  const [role = ''] = rules.split('{{- range .Values.customResources }}')
  const granted = [...role.matchAll(/resources: \[(.*)\]$/gm)].flatMap(([, list = '']) =>
    list.replaceAll(/\{\{.*?\}\}/g, '').split(', '),
  )
  // Beside what is watched, the right that comes with the setting `logs`.
  t.same(granted.toSorted(), [...watched.map(({ plural }) => plural), 'pods/log'].toSorted())
})

t.test('the fake API server serves each of them', async (t) => {
  const served = new EmbeddedCluster({ rollouts: true })
    .types()
    .map(({ group, version, plural, kind }) => [group, version, plural, kind].join('/'))
  for (const { group, version, plural, kind } of watched)
    t.ok(served.includes([group, version, plural, kind].join('/')), plural)
})

/** Objects as a real API server sent them; it had no CronJob and no Rollout. */
const OBJECTS: readonly Readonly<Record<string, unknown>>[] = [
  ...JSON.parse(
    readFileSync(new URL('../testing/fake-apiserver/fixtures/real-objects.json', import.meta.url), 'utf8'),
  ).map(({ json }: { json: Record<string, unknown> }) => json),
  { kind: 'CronJob', spec: { jobTemplate: { spec: { template: { spec: { containers: [] } } } } } },
  { kind: 'Rollout', spec: { template: { spec: { containers: [] } } } },
]

function readMember(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined
}

t.test('every kind but the pod says where its pod template lies', async (t) => {
  for (const { kind, resource, templatePath } of listKinds([])) {
    if (kind === 'pod') {
      t.equal(templatePath, undefined)
      continue
    }
    const object = OBJECTS.find((one) => one.kind === resource.kind)
    const containers = [...(templatePath ?? []), 'spec', 'containers'].reduce(readMember, object)
    t.ok(Array.isArray(containers), kind)
  }
})
