import { type Answer, type RemoteAnswer, rfc3339, truncateMessage } from '../analyze/answer.ts'
import type { Seconds } from '../model/meta.ts'
import type { NotFoundError } from '../question/not-found-error.ts'

/** A newer revision came during the wait: what is waited for will not become good. */
export function supersededAnswer(answer: RemoteAnswer, waitedFor: string): Answer {
  const newer = answer.revision ?? 'a newer one'
  const message = `Revision ${waitedFor} was superseded by ${newer} during the wait.`
  const verdict = { verdict: 'fail', code: 'superseded', reason: null, message } as const
  const workloads = answer.workloads?.map((one) => ({ ...one, ...verdict }))
  return { ...answer, ...verdict, revision: waitedFor, ...(workloads === undefined ? {} : { workloads }) }
}

/** A pass that has not held long enough is no pass yet. */
export function settlingAnswer(answer: Answer, until: string): Answer {
  const message = truncateMessage(`${answer.message} It must hold until ${until} to count.`)
  return { ...answer, verdict: 'pending', message }
}

/** What was there is not any more: it may come back within a moment, then it will not. */
export function gone(last: RemoteAnswer, error: NotFoundError, final: boolean, now: Seconds): Answer {
  return {
    ...withoutCounts(last, now),
    verdict: final ? 'fail' : 'pending',
    code: 'not-found',
    reason: null,
    message: truncateMessage(`It was deleted during the wait: ${error.message}`),
  }
}

/** The data came, and there was nothing. */
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
