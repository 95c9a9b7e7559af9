import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { isObject, type JsonObject, text } from '../live/support/json.ts'

const exec = promisify(execFile)

/** The script that builds and asks the judges. */
const JUDGES = fileURLToPath(new URL('judges', import.meta.url))
/** Bytes of all opinions: about 2 MiB of manifests. */
const MAX_OPINIONS_BYTES = 64 * 1024 * 1024

/** What a judge says of a fixture. */
export interface Opinion {
  readonly judge: string
  readonly fixture: string
  /** In the judge's own words: Healthy, InProgress and so on. */
  readonly status: string
  readonly message: string
  readonly object: JsonObject
}

/** Asks every judge about every fixture. */
export async function askJudges(): Promise<readonly Opinion[]> {
  const { stdout } = await exec(JUDGES, ['ask'], { maxBuffer: MAX_OPINIONS_BYTES })
  return stdout.split('\n').filter(Boolean).map(parseOpinion)
}

function parseOpinion(line: string): Opinion {
  const value: unknown = JSON.parse(line)
  if (!isObject(value) || !isObject(value.object)) throw new Error(`no opinion: ${line.slice(0, 200)}`)
  const { object } = value
  const [judge, fixture] = [text(value, 'judge'), text(value, 'fixture')]
  return { judge, fixture, status: text(value, 'status'), message: text(value, 'message'), object }
}

/** The verdict that a judge's status corresponds to; undefined where Lynceus has no such state, as for what is being deleted. */
export function expectVerdict(status: string): 'pass' | 'pending' | 'fail' | undefined {
  switch (status) {
    case 'Healthy':
    case 'Current':
      return 'pass'
    case 'Progressing':
    case 'InProgress':
    case 'Suspended':
      return 'pending'
    case 'Degraded':
    case 'Failed':
      return 'fail'
    default:
      return undefined
  }
}
