import { readFileSync } from 'node:fs'
import protobuf from 'protobufjs'

const SCALARS: Readonly<Record<string, string>> = {
  string: 'string',
  bool: 'boolean',
  int32: 'number',
  uint32: 'number',
  bytes: 'Uint8Array',
}

/**
 * TypeScript for slim.proto: an interface per message, and the descriptor that the decoder is built from, so that types
 * and decoder can't drift apart.
 */
export function generateSlim(protoFile: URL): string {
  const { root } = protobuf.parse(readFileSync(protoFile, 'utf8'), { keepCase: true })
  const namespace = root.lookup('lynceus')
  if (!(namespace instanceof protobuf.Namespace)) throw new Error('slim.proto: package lynceus not found')
  const interfaces = namespace.nestedArray
    .filter((nested) => nested instanceof protobuf.Type)
    .map((type) => `export interface ${type.name} {\n${type.fieldsArray.map(declare).join('')}}\n`)
  const index = namespace.nestedArray.map((type) => `  ${type.name}: ${type.name}\n`).join('')
  return [
    '// Generated from slim.proto by `npm run generate`. Do not edit.\n',
    ...interfaces,
    `/** Every message by its name. */\nexport interface Messages {\n${index}}\n`,
    `export const descriptor = ${JSON.stringify(root.toJSON(), null, 1)}\n`,
  ].join('\n')
}

function declare(field: protobuf.Field): string {
  field.resolve()
  const scalar = SCALARS[field.type]
  const type = scalar ?? field.type
  const map = field instanceof protobuf.MapField
  const absent = field.optional && field.partOf !== null
  if (map) return `  readonly ${field.name}: Readonly<Record<string, ${type}>>\n`
  if (field.repeated) return `  readonly ${field.name}: readonly ${type}[]\n`
  return `  readonly ${field.name}: ${type}${scalar === undefined || absent ? ' | null' : ''}\n`
}
