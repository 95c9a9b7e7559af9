import type { ContainerStatus, Pod } from '../../model/pod.ts'
import { type Context, finding } from '../context.ts'
import type { Finding } from '../finding.ts'
import { failedByNode, podFindings } from '../rules/pod.ts'
import { type Judgement, judge } from '../verdict.ts'
import { exit, quoted } from '../wording.ts'

/** A pod by itself. Without an owner nobody replaces it, so its end is final. */
export function judgePod(pod: Pod, context: Context): Judgement {
  const subject = `pod/${pod.name}`
  return judge(
    {
      target: subject,
      revision: null,
      generation: null,
      pods: [pod],
      desired: 1,
      tolerated: 0,
      findings: findingsOf(pod, subject, context),
      good: pod.phase === 'Succeeded' ? `${subject} is done` : `${subject} is ready`,
    },
    context,
  )
}

function findingsOf(pod: Pod, subject: string, context: Context): Finding[] {
  if (pod.phase === 'Succeeded') return []
  if (pod.deletedAt !== null) {
    const message = `${subject} is being deleted`
    return [finding(context, { rule: 'incomplete', reason: null, message }, subject)]
  }
  return pod.phase === 'Failed' ? [failedFinding(pod, subject, context)] : podFindings(pod, context)
}

function failedFinding(pod: Pod, subject: string, context: Context): Finding {
  if (failedByNode(pod)) {
    const message = `${subject} was refused or put out by its node: ${quoted(pod.message) || pod.reason}`
    const found = finding(context, { rule: 'evicted', reason: pod.reason || 'Evicted', message }, subject)
    return { ...found, class: 'fatal', final: true }
  }
  const failed = [...pod.initContainers, ...pod.containers].find(hasFailed)
  if (failed?.state.type !== 'terminated') {
    const message = `${subject} failed: ${quoted(pod.message) || 'no container says why'}`
    return finding(context, { rule: 'pod-failed', reason: pod.reason || 'PodFailed', message }, subject)
  }
  const { reason, exitCode, finishedAt } = failed.state
  const memory = reason === 'OOMKilled'
  const what = memory ? 'was killed for using more memory than its limit' : `ended with ${exit(exitCode)}`
  const message = `container ${failed.name} of ${subject} ${what}, and nothing will start it again`
  const match = {
    rule: memory ? 'oom' : 'pod-failed',
    reason,
    exitCode,
    since: finishedAt,
    times: 1,
    message,
  } as const
  return { ...finding(context, match, subject, null, failed.name), class: 'fatal', final: true }
}

function hasFailed({ state }: ContainerStatus): boolean {
  return state.type === 'terminated' && (state.exitCode !== 0 || state.reason === 'OOMKilled')
}
