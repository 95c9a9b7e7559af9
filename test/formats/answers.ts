import type { Answer, AnswerFinding, AnswerLog } from '../../src/analyze/answer-schema.ts'

/** A message with everything that a format must escape. */
export const NASTY = 'a "b" <c> & \'d\' 100%\r\n::error::x, y: z \u0001\u001b[31m | ]]> ü'
export const GOOD = {
  target: 'deployment/api',
  verdict: 'pass',
  code: null,
  reason: null,
  message: 'Good.',
} as const
export const BAD = {
  target: 'deployment/web',
  verdict: 'fail',
  code: 'process-crashing',
  reason: 'Error',
  message: NASTY,
} as const

/** A whole answer: the given members, and harmless ones besides. */
export function answer(given: Partial<Answer>): Answer {
  const counts = { crashes: 0, restarts: 0, pods: 1, readyPods: 1, failingPods: 0, desired: 1 }
  const rest = {
    revision: null,
    generation: null,
    cacheAgeSeconds: 0,
    evaluatedAt: '2026-11-21T05:37:39.204Z',
  }
  return { ...GOOD, ...counts, ...rest, target: 'app=web', ...given }
}

/** The finding that decides, with what to do about it. */
export function finding(given: Partial<AnswerFinding> = {}): AnswerFinding {
  return {
    ...{ rule: 'crash-loop', code: 'process-crashing', reason: 'Error', class: 'threshold' },
    ...{ subject: 'pod/web-1', container: 'app', since: null, message: 'Bad.', restarts: 3, exitCode: 1 },
    ...{ remedy: 'Read it.', next: 'kubectl logs web-1 -n shop -c app --previous' },
    ...given,
  }
}

/** The end of a log. */
export function log(given: Partial<AnswerLog> = {}): AnswerLog {
  return { pod: 'web-1', container: 'app', previous: true, lines: ['first', 'last'], problem: null, ...given }
}
