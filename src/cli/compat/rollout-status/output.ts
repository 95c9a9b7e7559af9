import { type Static, Type } from '@fastify/type-provider-typebox'

const CODES = [
  '',
  'not-found',
  'process-crashing',
  'invalid-config',
  'resource-limits-exceeded',
  'scheduling',
  'not-progressing',
  'not-supported-strategy',
] as const

/** Longest tail of a log, bytes. */
export const MAX_LOG_BYTES = 100_000

const CodeSchema = Type.Enum(CODES, { description: 'Kind of the failure; empty for type program.' })
const MessageSchema = Type.String({ description: 'What failed, for people.' })

const ErrorSchema = Type.Union([
  Type.Object(
    {
      code: Type.Literal('process-crashing'),
      message: MessageSchema,
      type: Type.Literal('rollout'),
      log: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: MAX_LOG_BYTES,
          description:
            'The last 20 lines, at most 100,000 bytes, of the container that crashes. Absent when it wrote nothing or its log cannot be read.',
        }),
      ),
    },
    { additionalProperties: false, description: 'A container crashes.' },
  ),
  Type.Object(
    { code: CodeSchema, message: MessageSchema, type: Type.Literal('rollout') },
    { additionalProperties: false, description: 'The rollout failed.' },
  ),
  Type.Object(
    { code: Type.Literal(''), message: MessageSchema, type: Type.Literal('program') },
    { additionalProperties: false, description: 'The rollout could not be looked at.' },
  ),
])

/** What `rollout-status` prints. */
export const OutputSchema = Type.Union(
  [
    Type.Object({ success: Type.Literal(true) }, { additionalProperties: false }),
    Type.Object({ success: Type.Literal(false), error: ErrorSchema }, { additionalProperties: false }),
  ],
  {
    title: 'Output of rollout-status',
    description: 'The one JSON document that rollout-status prints to its standard output.',
  },
)

export type Output = Static<typeof OutputSchema>
export type OutputCode = (typeof CODES)[number]

/** Whether a code is one that rollout-status knows. */
export function isOutputCode(code: string | null): code is OutputCode {
  return CODES.some((known) => known === code)
}

/** The document as it is printed. Go's encoder writes these characters of HTML and JavaScript escaped. */
export function printed(output: Output): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  return `${JSON.stringify(output, null, 2).replaceAll(/[<>&\u2028\u2029]/g, escaped)}\n`
}
