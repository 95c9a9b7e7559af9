import { type Static, Type } from 'typebox'

/** One type list instead of a union: unions are validated at each serialisation. */
const NullableString = (description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], description })
const NullableInteger = (description: string) =>
  Type.Unsafe<number | null>({ type: ['integer', 'null'], description })
const Count = (description: string) => Type.Integer({ minimum: 0, description })

const VerdictSchema = Type.Enum(['pass', 'pending', 'fail', 'unknown'], {
  description:
    'pass: good. pending: not yet decided. fail: it will not become good. unknown: data are missing or too old.',
})

/** What to do about a finding. Optional: servers before it did not say. */
const ADVICE = {
  remedy: Type.Optional(NullableString('What to do about it, in plain text.')),
  next: Type.Optional(
    NullableString('A command of kubectl that shows more, with real names; it only reads. Null: none does.'),
  ),
}

/** A finding as an answer lists it. */
const FindingSchema = Type.Object({
  rule: Type.String({
    description:
      'Id of the rule; docs/reasons.md explains each. Unless the verdict is pass, the first decides.',
  }),
  code: NullableString('As in the answer.'),
  reason: NullableString('As in the answer.'),
  class: Type.String({ description: 'fatal, threshold, progressing, warning, held, ok or unknown.' }),
  subject: Type.String({ description: 'kind/name.' }),
  container: NullableString('Name of the container, when the finding is about one.'),
  since: NullableString('When it began, RFC 3339.'),
  message: Type.String(),
  restarts: Count('Restarts since the baseline.'),
  exitCode: NullableInteger('Exit code of the last exit, when there is one.'),
  ...ADVICE,
})

/** The verdict on one of several workloads. */
const WorkloadSchema = Type.Object({
  target: Type.String({ description: 'kind/name.' }),
  verdict: VerdictSchema,
  code: NullableString('As in the answer.'),
  reason: NullableString('As in the answer.'),
  message: Type.String(),
  ...ADVICE,
})

/** The end of a container's log. */
const LogSchema = Type.Object({
  pod: Type.String(),
  container: Type.String(),
  previous: Type.Boolean({ description: 'It is the log of the run before the present one.' }),
  lines: Type.Array(Type.String(), {
    description: 'Oldest first, without control characters; long ones are cut.',
  }),
  problem: NullableString('Why it could not be read; null when it could.'),
})

/** The answer of the routes under /analyze: one flat object, under 1 KB unless detail=full. */
export const AnswerSchema = Type.Object(
  {
    verdict: VerdictSchema,
    code: NullableString('Code of the problem, kebab-case and stable; null when there is none.'),
    reason: NullableString(
      'The reason as Kubernetes words it, e.g. ErrImagePull. The same for as long as the cause is.',
    ),
    message: Type.String({ description: 'One sentence that a person can act on, at most 400 bytes.' }),
    crashes: Count(
      'Container exits since the baseline that the rules count as crashes, those of deleted pods included.',
    ),
    restarts: Count('Plain sum of restartCount of the present pods.'),
    pods: Count('Pods of the target.'),
    readyPods: Count('Pods that are ready.'),
    failingPods: Count('Pods with a finding that counts against them.'),
    desired: Count('Pods that the workload wants.'),
    target: Type.String({ description: 'kind/name, hash=... or the selector.' }),
    revision: NullableString('Template hash, or revision of the workload.'),
    generation: NullableInteger('Generation of the workload, when there is one.'),
    cacheAgeSeconds: Type.Number({
      description: 'Age of the oldest data used, seconds; 0 while the watches work.',
    }),
    evaluatedAt: Type.String({ description: 'RFC 3339.' }),
    findings: Type.Optional(Type.Array(FindingSchema)),
    findingsOmitted: Type.Optional(Count('Findings left out.')),
    workloads: Type.Optional(Type.Array(WorkloadSchema)),
    workloadsOmitted: Type.Optional(Count('Workloads left out.')),
    logs: Type.Optional(
      Type.Array(LogSchema, {
        description:
          'With detail=full and the setting `logs`: the last lines of failing containers. May hold anything that a program writes.',
      }),
    ),
    cluster: Type.Optional(
      Type.String({
        description:
          'With detail=full and at /gate: name of the cluster, where the setting `clusterName` gives one.',
      }),
    ),
  },
  { $id: 'Answer' },
)

/** What is answered. An answer that came over the network may have a code that is newer than this program. */
export type Answer = Readonly<Static<typeof AnswerSchema>>
export type AnswerFinding = Readonly<Static<typeof FindingSchema>>
export type AnswerLog = Readonly<Static<typeof LogSchema>>
export type AnswerWorkload = Readonly<Static<typeof WorkloadSchema>>
