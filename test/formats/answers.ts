import type { Answer } from '../../src/analyze/answer-schema.ts'

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
