import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { LabelIndex } from '../../src/cache/label-index.ts'
import type { LabelSelector, Labels } from '../../src/model/meta.ts'
import { matches } from '../../src/model/selector.ts'

interface Labelled {
  readonly labels: Labels
  readonly id: number
}

const key = fc.constantFrom('app', 'tier', 'hash')
const value = fc.constantFrom('a', 'b', 'c', '')
/** Label sets are interned in the cache; here a few are shared and some are not. */
const labels = fc.oneof(
  fc.constantFrom<Labels>(
    Object.freeze({ app: 'a' }),
    Object.freeze({ app: 'a', tier: 'b' }),
    Object.freeze({}),
  ),
  fc.dictionary(key, value),
)
const requirement = fc.record({
  key,
  operator: fc.constantFrom('In' as const, 'NotIn' as const, 'Exists' as const, 'DoesNotExist' as const),
  values: fc.array(value, { minLength: 1, maxLength: 3 }),
})
const selector: fc.Arbitrary<LabelSelector> = fc.array(requirement, { maxLength: 4 })

t.test('the index finds what a scan finds, whatever was added and removed', async (t) => {
  fc.assert(
    fc.property(
      fc.array(labels, { maxLength: 30 }),
      fc.array(fc.nat(29)),
      selector,
      (sets, removals, wanted) => {
        const index = new LabelIndex<Labelled>()
        const objects = sets.map((set, id) => ({ labels: set, id }))
        for (const object of objects) index.add(object)
        for (const id of removals) {
          const object = objects[id]
          if (object !== undefined) index.remove(object)
        }
        const left = objects.filter(({ id }) => !removals.includes(id))
        const scanned = left.filter((object) => wanted.every((one) => matches(one, object.labels)))
        const found = index.select(wanted)
        assert.equal(found.length, new Set(found).size, 'nothing twice')
        assert.deepEqual(new Set(found.map(({ id }) => id)), new Set(scanned.map(({ id }) => id)))
        const byLabel = index.withLabel('app', 'a').map(({ id }) => id)
        assert.deepEqual(
          new Set(byLabel),
          new Set(left.filter((o) => o.labels.app === 'a').map(({ id }) => id)),
        )
      },
    ),
    { numRuns: 300 },
  )
  t.pass('holds')
})

t.test('requirements mean what Kubernetes says', async (t) => {
  const app: Labels = { app: 'web' }
  const cases: [LabelSelector[number], boolean][] = [
    [{ key: 'app', operator: 'In', values: ['web', 'api'] }, true],
    [{ key: 'app', operator: 'In', values: ['api'] }, false],
    [{ key: 'app', operator: 'NotIn', values: ['web'] }, false],
    [{ key: 'tier', operator: 'NotIn', values: ['web'] }, true],
    [{ key: 'app', operator: 'Exists', values: [] }, true],
    [{ key: 'toString', operator: 'Exists', values: [] }, false],
    [{ key: 'tier', operator: 'DoesNotExist', values: [] }, true],
  ]
  for (const [one, expected] of cases) t.equal(matches(one, app), expected, JSON.stringify(one))
})
