import type { Answer, AnswerWorkload } from '../analyze/answer-schema.ts'

/** What a format tells one by one: a workload, or the question as a whole where no workload explains its verdict. */
export type Case = AnswerWorkload

/** The workloads of an answer (detail=full), and the target itself when all of them are better than the verdict. */
export function listCases({ target, verdict, code, reason, message, workloads = [] }: Answer): Case[] {
  const explained = workloads.some((one) => one.verdict === verdict)
  return explained ? [...workloads] : [...workloads, { target, verdict, code, reason, message }]
}

/** `fail (process-crashing)`. */
export function verdictText({ verdict, code }: Pick<Case, 'verdict' | 'code'>): string {
  return code === null ? verdict : `${verdict} (${code})`
}
