import { type Static, Type } from 'typebox'
import { CODES, MAX_LOG_BYTES } from './outcome.ts'

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

/** What `rollout-status` prints. The command itself imports only the type: loading TypeBox takes 0.2 s. */
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
