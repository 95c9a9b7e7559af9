import { Type } from 'typebox'
import { QuestionSchema } from './question-schema.ts'
import { Duration } from './threshold-schemas.ts'

/** The answer is held anyway, and data that are out of sight are waited for. */
const { wait: _, onStale: __, ...properties } = QuestionSchema.properties

/** The forms of an answer of /gate, besides the stream of events. */
export const GATE_FORMATS = ['json', 'text', 'junit', 'github'] as const

/** What /gate can be asked. GET takes it as query, POST as a JSON body with the same names. */
export const GateSchema = Type.Object(
  {
    ...properties,
    timeout: Duration('How long to wait at most, 1h at most. Default: 5m.'),
    settle: Duration(
      'How long a pass must have held, without any container ending meanwhile, to count; minReadySeconds of the workload when that is longer. Default: 10s.',
    ),
    format: Type.Optional(
      Type.Enum([...GATE_FORMATS], {
        description:
          'json: the answer. text: a line for each change. junit: a test case for each workload. github: workflow commands. Default: as Accept says (text/plain, application/xml), else json.',
      }),
    ),
  },
  { additionalProperties: false },
)
