import { type DocumentedKey, documentedKeys } from './chart/documented.ts'
import { chartSettings, valuesSchema } from './chart/schema.ts'
import { code, table } from './markdown.ts'

const BEGIN = '<!-- values: generated from values.yaml by `npm run generate` -->'
const END = '<!-- end of values -->'

/** values.schema.json of a chart from its values.yaml. Throws an Error that names a key without a comment. */
export function generateValuesSchema(values: string): string {
  return `${JSON.stringify(valuesSchema(documentedKeys(values)), null, 2)}\n`
}

/** The README with the table of values anew, between its two markers. Throws an Error when they are missing. */
export function generateValuesTable(values: string, readme: string): string {
  const [before, rest] = readme.split(BEGIN)
  const [, after] = rest?.split(END) ?? []
  if (before === undefined || after === undefined)
    throw new Error(`the chart's README lacks ${BEGIN} or ${END}`)
  const rows = documentedKeys(values)
    .filter(({ isGroup }) => !isGroup)
    .flatMap(buildRows)
  return [before, BEGIN, '\n\n', table(['value', 'default', 'meaning'], rows), '\n', END, after].join('')
}

function buildRows(key: DocumentedKey): string[][] {
  const name = key.path.join('.')
  const own = [code(name), code(JSON.stringify(key.default)), key.description]
  if (key.schema !== 'settings') return [own]
  return [
    own,
    ...chartSettings().map((setting) => [
      code(`${name}.${setting.name}`),
      code(setting.default),
      setting.description,
    ]),
  ]
}
