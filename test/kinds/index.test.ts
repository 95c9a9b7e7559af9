// What the compiler does not notice when a kind is added: that it can be asked about, may be read, and can be tested.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { listKinds, listResources } from '../../src/kinds/index.ts'
import { resourceTypes } from '../../testing/fake-apiserver/store/resource-type.ts'

/** They tell more about the objects of other kinds; nobody asks about them. */
const NO_KIND = ['controllerrevisions', 'events']

const watched = listResources([])
const names = watched.map(({ name }) => name).toSorted()

t.test('every resource that is watched belongs to a kind, and every kind is watched', async (t) => {
  const ofKinds = listKinds([]).map(({ resource }) => resource.name)
  t.same([...ofKinds, ...NO_KIND].toSorted(), names, 'KINDS of src/kinds/index.ts')
})

t.test('no name means two kinds', async (t) => {
  const all = listKinds([]).flatMap(({ kind, names }) => [kind, ...names])
  t.equal(new Set(all).size, all.length)
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
  t.same(granted.toSorted(), watched.map(({ plural }) => plural).toSorted())
})

t.test('the fake API server serves each of them', async (t) => {
  const served = resourceTypes().map(({ group, version, plural, kind }) =>
    [group, version, plural, kind].join('/'),
  )
  for (const { group, version, plural, kind } of watched)
    t.ok(served.includes([group, version, plural, kind].join('/')), plural)
})
