import type { Answer } from '../analyze/answer-schema.ts'
import type { ContainerRun, LogTail } from '../model/log.ts'

/** Reads the ends of logs, in bounded time; never rejects. */
export interface LogReader {
  read(runs: readonly ContainerRun[]): Promise<readonly LogTail[]>
}

/** An answer with the ends of the logs that explain it. The same answer where there are none, or nobody may read them. */
export async function attachLogs(
  answer: Answer,
  runs: readonly ContainerRun[],
  reader: LogReader | null,
): Promise<Answer> {
  if (reader === null || runs.length === 0) return answer
  const tails = await reader.read(runs)
  return { ...answer, logs: tails.map((tail) => ({ ...tail, lines: [...tail.lines] })) }
}
