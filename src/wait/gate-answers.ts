import { type Answer, type RemoteAnswer, rfc3339, truncateMessage } from '../analyze/answer.ts'
import type { Seconds } from '../model/meta.ts'
import type { NotFoundError } from '../question/not-found-error.ts'

/** The answer after a newer revision appeared during the wait: the awaited one cannot become good any more. */
export function supersededAnswer(answer: RemoteAnswer, waitedFor: string): Answer {
  const newer = answer.revision ?? 'a newer one'
  const message = `Revision ${waitedFor} was superseded by ${newer} during the wait.`
  const verdict = { verdict: 'fail', code: 'superseded', reason: null, message } as const
  const workloads = answer.workloads?.map((one) => ({ ...one, ...verdict }))
  return { ...answer, ...verdict, revision: waitedFor, ...(workloads === undefined ? {} : { workloads }) }
}

/** A pass that is not stable for long enough is still pending. */
export function settlingAnswer(answer: Answer, until: string): Answer {
  const message = truncateMessage(`${answer.message} It must stay stable until ${until}.`)
  return { ...answer, verdict: 'pending', message }
}

/** The target was deleted during the wait: pending within the grace period, a fail after it. */
export function gone(last: RemoteAnswer, error: NotFoundError, final: boolean, now: Seconds): Answer {
  return {
    ...withoutCounts(last, now),
    verdict: final ? 'fail' : 'pending',
    code: 'not-found',
    reason: null,
    message: truncateMessage(`It was deleted during the wait: ${error.message}`),
  }
}

/** The data arrived, and the target never existed. */
export function neverThere(last: RemoteAnswer, error: NotFoundError, now: Seconds): Answer {
  return {
    ...withoutCounts(last, now),
    verdict: 'unknown',
    code: 'not-found',
    reason: null,
    message: truncateMessage(error.message),
  }
}

function withoutCounts(last: RemoteAnswer, now: Seconds): Omit<Answer, 'code'> {
  const {
    code: _,
    findings: __,
    findingsOmitted: ___,
    workloads: ____,
    workloadsOmitted: _____,
    ...rest
  } = last
  return { ...rest, pods: 0, readyPods: 0, failingPods: 0, desired: 0, evaluatedAt: rfc3339(now) }
}
