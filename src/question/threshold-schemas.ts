import { Type } from 'typebox'
import { DURATION_PATTERN } from '../lib/duration.ts'

/** A Go duration, or plain seconds. */
export const Duration = (description: string) =>
  Type.Optional(
    Type.String({
      pattern: DURATION_PATTERN,
      maxLength: 32,
      description: `${description} A Go duration (90s, 5m, 1h30m) or seconds.`,
    }),
  )

const Count = (least: number, description: string) =>
  Type.Optional(Type.Integer({ minimum: least, maximum: 1_000_000, description }))

/** The thresholds that a request may give as parameters, and a workload as annotations; the same texts mean the same. */
export const THRESHOLD_SCHEMAS = {
  limit: Count(
    1,
    'Crashes at which it fails. /analyze/crashes: 1; elsewhere the rules decide unless it is given.',
  ),
  window: Duration('Count only crashes of the last so long.'),
  quorum: Type.Optional(
    Type.String({
      pattern: '^(any|all|\\d{1,6}|\\d{1,3}%)$',
      description:
        'How many pods must be affected to fail: any, all, N (at least 1) or P% (1% to 100%). Default: more than maxUnavailable allows.',
    }),
  ),
  minPods: Count(0, 'Pending until so many pods are there.'),
  retryLimit: Count(0, 'Restarts of a container after which a crash loop is final. Default: 3.'),
  pendingDeadline: Duration('How long a pod may be unschedulable. Default: 180s.'),
  progressDeadline: Duration(
    'How long no progress may be made. Default: progressDeadlineSeconds of the workload.',
  ),
  ignoreSecretNotFound: Type.Optional(
    Type.Boolean({ description: 'A Secret that does not exist is waited for and never final.' }),
  ),
} as const
