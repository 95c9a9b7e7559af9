import { type Static, Type } from 'typebox'

/** The body of every error answer (RFC 9457), as application/problem+json. */
export const ProblemSchema = Type.Object(
  {
    type: Type.Literal('about:blank'),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable, kebab-case.' }),
    detail: Type.String(),
    errors: Type.Optional(Type.Array(Type.Object({ name: Type.String(), reason: Type.String() }))),
  },
  { $id: 'Problem' },
)

export type Problem = Readonly<Static<typeof ProblemSchema>>
