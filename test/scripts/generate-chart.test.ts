import { readFileSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'
import { documentedKeys } from '../../scripts/chart/documented.ts'
import { generateValuesSchema, generateValuesTable } from '../../scripts/generate-chart.ts'
import { VERSION } from '../../src/version.ts'
import { at } from '../live/support/json.ts'

const VALUES = `# About the file.

# How many.
# Really.
# @schema {"minimum": 1}
count: 2
group:
  # A name | or two.
  name: ""
  # Anything.
  # @schema {"type": "object"}
  free:
    inner: 1
  # A list.
  list: [a]
after: true # says nothing that counts
`

const documented = VALUES.replace('after', '# On or off.\nafter')

t.test('comments become schema', async (t) => {
  const schema: unknown = JSON.parse(generateValuesSchema(documented))
  t.match(schema, {
    additionalProperties: false,
    properties: {
      count: { description: 'How many. Really.', type: 'integer', minimum: 1, default: 2 },
      group: {
        additionalProperties: false,
        properties: {
          name: { type: ['string', 'null'] },
          free: { type: 'object', default: { inner: 1 } },
          list: { type: 'array', default: ['a'] },
        },
      },
      after: { type: 'boolean', default: true },
    },
  })
})

t.test('null is refused by name, unless the default is empty or the schema says otherwise', async (t) => {
  const free = '# Any.\n# @schema {"type": ["object", "null"]}\nfree: { inner: 1 }\n'
  const level = '# How.\n# @schema {"enum": ["a", null]}\nlevel: a\n'
  const schema: unknown = JSON.parse(generateValuesSchema(`${documented}${free}${level}`))
  t.match(schema, { properties: { free: { type: ['object', 'null'], properties: undefined } } })
  t.strictSame(requiredIn(schema), ['count', 'group', 'after'])
  t.strictSame(requiredIn(schema, 'properties', 'group'), ['free', 'list'])
})

function requiredIn(schema: unknown, ...path: readonly string[]): unknown {
  return at(schema, ...path, 'required')
}

t.test('and a table', async (t) => {
  const readme = `Before\n<!-- values: generated from values.yaml by \`npm run generate\` -->\nold\n<!-- end of values -->\nAfter`
  const table = generateValuesTable(documented, readme)
  t.match(table, '| `count` | `2` | How many. Really. |')
  t.match(table, '| `group.name` | `""` | A name \\| or two. |')
  t.notMatch(table, 'inner` |')
  t.notMatch(table, 'old')
  t.match(table, /^Before[\s\S]*After$/)
  t.equal(generateValuesTable(documented, table), table, 'the same again')
  t.throws(() => generateValuesTable(documented, 'no markers'), /lacks/)
})

t.test('mistakes are named', async (t) => {
  t.throws(() => documentedKeys(VALUES), /after has no comment/)
  t.throws(() => documentedKeys('# A.\n# @schema {no}\na: 1\n'), /@schema of a is no JSON object/)
  t.throws(() => documentedKeys('# A.\n# @schema [1]\na: 1\n'), /@schema of a is no JSON object/)
})

t.test('settings of the program stand below config', async (t) => {
  const schema: unknown = JSON.parse(generateValuesSchema('# S.\n# @schema settings\nconfig: {}\n'))
  t.match(schema, { properties: { config: { additionalProperties: false, properties: { staleAfter: {} } } } })
  t.notMatch(schema, { properties: { config: { properties: { port: {} } } } }, 'the chart decides the port')
})

t.test('the chart is of the version of the program', async (t) => {
  const chart: unknown = parse(
    readFileSync(new URL('../../charts/lynceus/Chart.yaml', import.meta.url), 'utf8'),
  )
  t.match(chart, { appVersion: VERSION })
})
