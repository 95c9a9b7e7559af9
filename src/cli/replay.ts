import { readFileSync } from 'node:fs'
import type { Answer } from '../analyze/answer-schema.ts'
import { loadPolicy } from '../config/policy-file.ts'
import { parseDuration } from '../lib/duration.ts'
import type { CustomResource } from '../model/records.ts'
import { type Question, targetText } from '../question/question.ts'
import { type Recording, RecordingError, readRecording } from '../replay/recording.ts'
import { replay as play } from '../replay/replay.ts'
import { EXIT, type ProcessContext, UsageError } from './command.ts'
import { CUSTOM_RESOURCES_FLAG, readCustomResources } from './custom-resources.ts'
import { defineCommand, type ParsedFlags } from './flags.ts'
import { parseQuestionFlags, QUESTION_FLAGS } from './question-flags.ts'

const USAGE = `Usage: lynceus replay FILE --namespace N (--kind K --name N | --selector S | --hash H) [flags]

Asks the question of /analyze at every event and every simulated second of a recording (see lynceus record), to its
end or to --until, and prints a JSON line {"t", "verdict", "code", "reason", "message"} at each change of verdict, code or reason.
The exit code is that of the last verdict: 0 pass, 1 fail, 3 pending or unknown. --hash latest means the newest
template hash at each moment. --namespace may be left out where the recording names its own.
`

const FLAGS = {
  from: {
    value: 'SECONDS',
    text: 'First second of the recording to ask at; earlier events are applied without asking. Default: 0.',
  },
  until: {
    value: 'SECONDS',
    text: `Last second to ask at; after the recording, nothing happens any more but time passes: its deadlines are seen.
Default: the end of the recording.`,
  },
  'policy-file': {
    value: 'FILE',
    variable: 'LYNCEUS_POLICY_FILE',
    text: 'Thresholds of rules, as for lynceus serve; use it to try them.',
  },
  ...CUSTOM_RESOURCES_FLAG,
  ...QUESTION_FLAGS,
}

/** A week: each simulated second is asked at, and no deadline of a rule is near as long. */
const MAX_SECOND = 7 * 24 * 3600

const EXIT_BY_VERDICT: Readonly<Record<Answer['verdict'], number>> = {
  pass: EXIT.pass,
  fail: EXIT.fail,
  pending: EXIT.inconclusive,
  unknown: EXIT.inconclusive,
}

/** `lynceus replay`: prints the answers that Lynceus would have given during a recorded incident. */
export const replay = defineCommand({
  name: 'replay',
  summary: 'Show what Lynceus would have answered during a recording.',
  usage: USAGE,
  flags: FLAGS,
  maxPositionals: 1,
  run: async (flags, context) => {
    const [file] = flags.positionals
    if (file === undefined) throw new UsageError('a file is required')
    try {
      return run(readRecording(readFileSync(file)), flags, context)
    } catch (error) {
      if (!(error instanceof RecordingError) && !isSystemError(error)) throw error
      context.stderr.write(`lynceus replay: ${file}: ${error.message}\n`)
      return EXIT.usage
    }
  },
})

function isSystemError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error
}

function run(recording: Recording, flags: ParsedFlags, { env, stdout, stderr }: ProcessContext): number {
  const customResources = readCustomResources(flags, env)
  const question = parseReplayQuestion(flags, recording, customResources)
  const from = parseSecond(flags, 'from') ?? 0
  const until = parseSecond(flags, 'until')
  if (until !== undefined && until < from)
    throw new UsageError(`--until: ${until} comes before --from ${from}`)
  const policy = loadPolicy(flags.values['policy-file'] ?? (env.LYNCEUS_POLICY_FILE || undefined))
  let last: Line | null = null
  for (const { t, answer } of play({
    ...{ recording, question, policy, from, customResources },
    ...(until === undefined ? {} : { until }),
  })) {
    // Nothing matched the question yet.
    if (answer === null && last === null) continue
    const line = answer ?? describeMissing(question)
    if (
      last !== null &&
      line.verdict === last.verdict &&
      line.code === last.code &&
      line.reason === last.reason
    )
      continue
    last = line
    const { verdict, code, reason, message } = line
    stdout.write(`${JSON.stringify({ t: Math.round(t * 1000) / 1000, verdict, code, reason, message })}\n`)
  }
  if (last === null) stderr.write(`lynceus replay: ${describeMissing(question).message}\n`)
  return EXIT_BY_VERDICT[last?.verdict ?? 'unknown']
}

type Line = Pick<Answer, 'verdict' | 'code' | 'reason' | 'message'>

function describeMissing({ namespace, target }: Question): Line {
  const message = `The recording of namespace "${namespace}" contains nothing for ${targetText(target)}.`
  return { verdict: 'unknown', code: 'not-found', reason: null, message }
}

/** A `since` that is a duration moves with the simulated clock, as `window` does. */
function parseReplayQuestion(
  flags: ParsedFlags,
  recording: Recording,
  customResources: readonly CustomResource[],
): Question {
  const question = parseQuestionFlags(flags, recording.namespace, recording.startedAt, customResources)
  const ago = parseDuration(flags.values.since ?? '')
  if (ago === undefined) return question
  return { ...question, since: 0, window: Math.min(ago, question.window ?? ago) }
}

/** A moment of the recording, seconds since its start. */
function parseSecond({ values }: ParsedFlags, name: 'from' | 'until'): number | undefined {
  const text = values[name]
  if (text === undefined) return undefined
  const second = Number(text)
  if (text.trim() !== '' && Number.isFinite(second) && second >= 0 && second <= MAX_SECOND) return second
  throw new UsageError(`--${name}: "${text}" is not a number of seconds`)
}
